import { expect, test } from 'vitest';
import { createPricer } from '../../cost/price.js';
import type { CallFacts } from '../facts.js';
import type { RecordRow } from '../store.js';
import { digest } from './digest.js';

const pricer = createPricer([
  { model: 'large', inputUsdPerMTok: 5, outputUsdPerMTok: 25 },
  { model: 'small', inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
  { model: 'mine', inputUsdPerMTok: 10, outputUsdPerMTok: 100 },
]);

/** The row of a message that `large` answered and `small` was asked about. */
function rowOf(usage: string, modelOverride: string | null = null): RecordRow {
  const text = `{"type":"message","model":"large","content":[],"stop_reason":"end_turn","usage":${usage}}`;
  const { length } = Buffer.from(text);
  const facts = {
    provider: 'anthropic',
    wire: 'anthropic-messages',
    path: '/v1/messages',
    targetUrl: 'https://api.anthropic.com/v1/messages',
    createdAt: 1_767_323_045_678,
    outcome: 'success',
    status: 200,
    attempts: [],
    modelOverride,
    cacheReferenceId: null,
    session: null,
    trace: null,
    webhooks: true,
    request: null,
    response: { offset: 0, length, headLength: length, total: length, type: 'application/json', encoding: '' },
  } as unknown as CallFacts;
  return digest(facts, Buffer.from(text), { pricer, recordBodyBytes: 10_000_000 });
}

const ADVISED = JSON.stringify({
  input_tokens: 100,
  output_tokens: 10,
  iterations: [
    { type: 'message', input_tokens: 100, output_tokens: 10 },
    { type: 'advisor_message', model: 'small', input_tokens: 1000, output_tokens: 100 },
  ],
});

test('each part is priced as the model that did it', () => {
  // 100 x 5 + 10 x 25 + 1000 x 1 + 100 x 2 = 1950 USD per million
  expect(rowOf(ADVISED)).toMatchObject({
    model: 'large',
    promptTokens: 1100,
    completionTokens: 110,
    costNanoUsd: 1_950_000,
    usageDetails: { charged_parts: 2 },
  });
});

test('an override names the model of the call, not of the parts that another one did', () => {
  // 100 x 10 + 10 x 100 + 1000 x 1 + 100 x 2 = 3200 USD per million
  expect(rowOf(ADVISED, 'mine')).toMatchObject({ model: 'mine', costNanoUsd: 3_200_000 });
});

test('usage that nests deeper than the stack is read, and not kept as it was told', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(rowOf(`{"input_tokens":100,"output_tokens":10,"more":${deep}}`)).toMatchObject({
    promptTokens: 100,
    costNanoUsd: 750_000,
    providerUsage: null,
  });
});
