import { expect, test } from 'vitest';
import type { AnswerContext } from '../wire.js';
import { bedrockInvoke } from './bedrock-invoke.js';

// Shapes: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html. Content is made up.

function contextOf(model: string, headers: Record<string, string>): AnswerContext {
  return { provider: 'bedrock', path: `/model/${encodeURIComponent(model)}/invoke`, requestModel: model, headers };
}

test('headers: cache reads and writes beside the input; anything but digits is not known', () => {
  const usage = (headers: Record<string, string>) =>
    bedrockInvoke.facts({ outputs: [] }, contextOf('m', headers)).usage;
  expect(
    usage({
      'x-amzn-bedrock-input-token-count': '5',
      'x-amzn-bedrock-output-token-count': '3',
      'x-amzn-bedrock-cache-read-input-token-count': '100',
      'x-amzn-bedrock-cache-write-input-token-count': '20',
    }),
  ).toMatchObject({ inputTokens: 125, outputTokens: 3, cacheReadTokens: 100, cacheWriteTokens: 20 });
  expect(usage({ 'x-amzn-bedrock-input-token-count': '-5', 'x-amzn-bedrock-output-token-count': '1e3' })).toBe(null);
});

test('headers: counts that the body told are not taken from them, the tier is', () => {
  const headers = {
    'x-amzn-bedrock-input-token-count': '99',
    'x-amzn-bedrock-output-token-count': '99',
    'x-amzn-bedrock-service-tier': 'flex',
    'x-amzn-bedrock-performanceconfig-latency': 'optimized',
  };
  const claude = { type: 'message', usage: { input_tokens: 12, cache_read_input_tokens: 100, output_tokens: 9 } };
  expect(bedrockInvoke.facts(claude, contextOf('m', headers))).toMatchObject({
    usage: { inputTokens: 112, outputTokens: 9 },
    serviceTier: 'flex+optimized',
  });
});

test('embeddings: output is 0', () => {
  const headers = { 'x-amzn-bedrock-input-token-count': '4' };
  const none = { outputTokens: 0, cacheReadTokens: null };
  expect(bedrockInvoke.facts({ embedding: [0.1], inputTextTokenCount: 4 }).usage).toMatchObject({
    inputTokens: 4,
    ...none,
  });
  const cohere = { id: 'e', texts: ['x'], embeddings: [[0.1]], response_type: 'embeddings_floats' };
  expect(bedrockInvoke.facts(cohere, contextOf('cohere.embed-english-v3', headers)).usage).toMatchObject({
    inputTokens: 4,
    ...none,
  });
  expect(bedrockInvoke.facts(cohere).usage).toBe(null);
});

test('pictures are counted', () => {
  const headers = { 'x-amzn-bedrock-input-token-count': '4', 'x-amzn-bedrock-output-token-count': '0' };
  expect(
    bedrockInvoke.facts({ seeds: [1], finish_reasons: [null], images: ['aGk='] }, contextOf('m', headers)),
  ).toMatchObject({ usage: { images: 1, inputTokens: null }, finishReason: null });
  expect(bedrockInvoke.facts({ images: ['a', 'b'], error: 'blocked' })).toMatchObject({
    usage: { images: 2 },
    error: 'blocked',
  });
  expect(
    bedrockInvoke.facts({ result: 'success', artifacts: [{ seed: 1, base64: 'a', finishReason: 'SUCCESS' }] }),
  ).toMatchObject({ usage: { images: 1 }, finishReason: 'SUCCESS' });
});

test('Claude names itself where the path does not tell the model', () => {
  const own = 'claude-sonnet-4-5-20250929';
  const arn = 'arn:aws:bedrock:us-east-1:1';
  const model = (context?: AnswerContext): string | null =>
    bedrockInvoke.facts({ type: 'message', model: own }, context).model;
  const profile = contextOf(`${arn}:application-inference-profile/abc123`, {});
  expect(model(profile)).toBe(own);
  expect(model({ ...profile, path: `/model/${arn}:application-inference-profile/abc123/invoke` })).toBe(own);
  expect(model({ ...contextOf('m', {}), requestModel: null })).toBe(own);
  expect(model()).toBe(own);
  expect(model(contextOf(`${arn}:inference-profile/us.anthropic.${own}-v1:0`, {}))).toBe(null);
});
