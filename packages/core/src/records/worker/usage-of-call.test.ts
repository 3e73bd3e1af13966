import { describe, expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { countTokens } from '../../estimate/count-tokens.js';
import type { CallFacts, CapturedBytes, Outcome } from '../facts.js';
import type { ReadAnswer } from './read-answer.js';
import type { ReadRequest } from './read-request.js';
import { type CallToMeter, type UsageOfCall, usageOfCall } from './usage-of-call.js';

const HI = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const SAID = { choices: [{ message: { role: 'assistant', content: 'Hello there, Ada.' } }] };
/** 3 around the message, 1 `user`, 1 `hi`, 3 before the answer. */
const HI_TOKENS = 8;
/** Hello| there|,| Ada|. */
const SAID_TOKENS = 5;

interface Given {
  outcome?: Outcome;
  facts?: Partial<CallFacts>;
  request?: Partial<ReadRequest>;
  answer?: Partial<ReadAnswer>;
  model?: string | null;
}

function at(length: number, more: Partial<CapturedBytes> = {}): CapturedBytes {
  return { offset: 0, length, headLength: length, total: length, type: 'application/json', encoding: '', ...more };
}

/** What a chat call used that was asked `HI` and, unless it is said otherwise, answered `SAID` without usage. */
function metered({ outcome = 'success', facts, request, answer, model = 'gpt-4o-mini' }: Given = {}): UsageOfCall {
  const call = {
    facts: {
      wire: 'openai-chat',
      session: null,
      cacheReferenceId: null,
      attempts: [{ status: 200 }],
      request: at(100),
      response: at(100),
      ...facts,
    },
    outcome,
    request: { model: 'gpt-4o-mini', user: null, stream: false, kept: null, parsed: HI, ...request },
    answer: { usage: null, finishReason: null, kept: null, parsed: SAID, ...answer },
    model,
  };
  return usageOfCall(call as unknown as CallToMeter);
}

const estimated = (inputTokens: number | null, outputTokens: number | null): UsageOfCall => ({
  usage: { ...EMPTY_USAGE, inputTokens, outputTokens },
  source: 'estimated',
});
const NONE: UsageOfCall = { usage: null, source: 'none' };

describe('an answered call', () => {
  test('without usage is estimated', () => {
    expect(metered()).toEqual(estimated(HI_TOKENS, SAID_TOKENS));
  });

  test('with usage is not: what the provider says stands, a 0 too', () => {
    for (const usage of [
      { ...EMPTY_USAGE, inputTokens: 0, outputTokens: 0 },
      { ...EMPTY_USAGE, inputTokens: 7, outputTokens: 1, reasoningTokens: 1 },
      { ...EMPTY_USAGE, inputAudioSeconds: 5 },
    ]) {
      const told = metered({ answer: { usage } });
      expect(told.usage).toBe(usage);
      expect(told.source).toBe('provider');
    }
  });

  test('that tells one of the two totals keeps it', () => {
    expect(metered({ answer: { usage: { ...EMPTY_USAGE, outputTokens: 3 } } })).toEqual(estimated(HI_TOKENS, 3));
    expect(metered({ answer: { usage: { ...EMPTY_USAGE, inputTokens: 0, cacheReadTokens: 0 } } })).toEqual({
      usage: { ...EMPTY_USAGE, inputTokens: 0, cacheReadTokens: 0, outputTokens: SAID_TOKENS },
      source: 'estimated',
    });
  });

  test('that tells one of them, and has nothing to estimate the other by, is as told', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 7 };
    expect(metered({ answer: { usage, parsed: { choices: [] } } })).toEqual({ usage, source: 'provider' });
  });

  test('whose request is not known, or has what nobody can count, tells its output alone', () => {
    expect(metered({ request: { parsed: undefined } })).toEqual(estimated(null, SAID_TOKENS));
    const audio = { messages: [{ content: [{ type: 'input_audio', input_audio: {} }] }] };
    expect(metered({ request: { parsed: audio } })).toEqual(estimated(null, SAID_TOKENS));
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    expect(metered({ request: { parsed: { ...HI, tools: [deep] } } })).toEqual(NONE);
  });

  test.each<[string, Given]>([
    ['in which nothing was generated', { answer: { parsed: { choices: [] } } }],
    ['that is no JSON', { answer: { parsed: undefined, kept: Buffer.from('<html>') } }],
    ['of a format that has other units', { facts: { wire: 'rerank' } }],
    ['of a format that has pictures', { facts: { wire: 'openai-images' } }],
    [
      'of sound that was written down',
      { facts: { wire: 'openai-transcription' }, answer: { parsed: { text: 'Hi.' } } },
    ],
    ['of no known format', { facts: { wire: null } }],
    ['out of the cache', { facts: { cacheReferenceId: 'r' } }],
    ['of a session', { facts: { session: {} as CallFacts['session'] } }],
  ])('%s: nothing is known', (_name, given) => {
    expect(metered(given)).toEqual(NONE);
  });

  test('with pictures: by the formula of the model, and not known without one', () => {
    const parsed = {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'https://x.example/a.png', detail: 'low' } }],
        },
      ],
    };
    expect(metered({ request: { parsed }, model: 'gpt-4o' }).usage?.inputTokens).toBe(7 + 85);
    expect(metered({ request: { parsed }, model: 'llama-4' }).usage?.inputTokens).toBeNull();
  });

  test('is counted by the encoding of its model', () => {
    const parsed = { choices: [{ message: { content: '今天天气很好,我们去公园散步吧。' } }] };
    const text = parsed.choices[0]?.message.content as string;
    const [older, newer] = (['cl100k_base', 'o200k_base'] as const).map((name) => countTokens([text], name).tokens);
    expect(older).not.toBe(newer);
    expect(metered({ answer: { parsed }, model: 'gpt-4' }).usage?.outputTokens).toBe(older);
    expect(metered({ answer: { parsed }, model: 'gpt-4o' }).usage?.outputTokens).toBe(newer);
  });

  test('of embeddings has no output, and no messages', () => {
    const request = { parsed: { input: ['hi', 'hi'] } };
    const vectors = { data: [{ embedding: [1] }] };
    expect(metered({ facts: { wire: 'openai-embeddings' }, request, answer: { parsed: vectors } })).toEqual(
      estimated(2, 0),
    );
    const ollama = metered({ facts: { wire: 'ollama' }, request, answer: { parsed: { embeddings: [[1]] } } });
    expect(ollama).toEqual(estimated(2, 0));
  });

  test('of speech is told by its characters', () => {
    const given = { facts: { wire: 'openai-speech' as const }, answer: { parsed: undefined } };
    const parsed = { model: 'tts-1', input: 'Grüße 👋', voice: 'alloy' };
    expect(metered({ ...given, request: { parsed } })).toEqual({
      usage: { ...EMPTY_USAGE, inputCharacters: 7 },
      source: 'estimated',
    });
    expect(metered({ ...given, request: { parsed: {} } })).toEqual(NONE);
  });

  test('too long to be kept whole is estimated from what was, by its length', () => {
    // Ten times as long as what was kept.
    const kept = Buffer.from('{"choices":[{"message":{"role":"assistant","content":"Hello there, Ada.');
    const cut = { response: at(kept.length, { total: 10 * kept.length }) };
    expect(metered({ facts: cut, answer: { parsed: undefined, kept } }).usage?.outputTokens).toBe(10 * SAID_TOKENS);
    const zipped = { response: at(kept.length, { total: 10 * kept.length, encoding: 'gzip' }) };
    expect(metered({ facts: zipped, answer: { parsed: undefined, kept } })).toEqual(NONE);
    const streamed = { response: at(100, { total: 300 }) };
    expect(metered({ facts: streamed }).usage?.outputTokens).toBe(3 * SAID_TOKENS);
  });

  test('to a request too long to be kept whole likewise, unless it has pictures', () => {
    const text = JSON.stringify(HI).slice(0, -3);
    const kept = Buffer.from(text);
    const facts = { request: at(kept.length, { total: 4 * kept.length }) };
    expect(metered({ facts, request: { parsed: undefined, kept } }).usage?.inputTokens).toBe(4 * HI_TOKENS);
    const picture = Buffer.from(
      '{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA',
    );
    expect(metered({ facts, request: { parsed: undefined, kept: picture } }).usage?.inputTokens).toBeNull();
  });
});

describe('hidden reasoning', () => {
  test('may be missing from an estimate', () => {
    expect(metered({ model: 'gpt-5' })).toEqual({ ...estimated(HI_TOKENS, SAID_TOKENS), atLeast: true });
    expect(metered({ request: { parsed: { ...HI, reasoning_effort: 'high' } } }).atLeast).toBe(true);
    expect(metered({ model: 'o3', outcome: 'client_closed' }).atLeast).toBe(true);
  });

  test('is known where it was told', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 5, outputTokens: 60, reasoningTokens: 50 };
    expect(metered({ model: 'gemini-2.5-pro', outcome: 'truncated', answer: { usage } })).toEqual({
      usage,
      source: 'estimated',
    });
    expect(metered({ model: 'o3', answer: { usage } })).toEqual({ usage, source: 'provider' });
    expect(metered({ model: 'o3', outcome: 'upstream_error' })).toEqual(NONE);
  });
});

describe('an answer that broke off', () => {
  test.each<Outcome>(['client_closed', 'truncated', 'timeout'])('%s: is estimated from what arrived', (outcome) => {
    expect(metered({ outcome })).toEqual(estimated(HI_TOKENS, SAID_TOKENS));
  });

  test('keeps what was told: the input, its parts, and an output that is more than what arrived', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 100, cacheReadTokens: 90, outputTokens: 1 };
    expect(metered({ outcome: 'client_closed', answer: { usage } })).toEqual({
      usage: { ...usage, outputTokens: SAID_TOKENS },
      source: 'estimated',
    });
    const more = { ...usage, outputTokens: 50, reasoningTokens: 45 };
    expect(metered({ outcome: 'truncated', answer: { usage: more } })).toEqual({ usage: more, source: 'estimated' });
  });

  test('right behind its first counts: those, as an estimate', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 42, outputTokens: 1 };
    const facts = { wire: 'anthropic-messages' as const };
    const parsed = { type: 'message', content: [], usage: { input_tokens: 42, output_tokens: 1 } };
    expect(metered({ outcome: 'client_closed', facts, answer: { usage, parsed } })).toEqual({
      usage,
      source: 'estimated',
    });
  });

  test('behind Google’s thoughts, which are told first: those and what arrived', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 4, outputTokens: 100, reasoningTokens: 100 };
    const parts = [{ text: 'Let me see.', thought: true }, { text: 'Hello there, Ada.' }];
    const facts = { wire: 'google-generate-content' as const };
    const answer = { usage, parsed: { candidates: [{ content: { parts } }] } };
    expect(metered({ outcome: 'client_closed', facts, answer })).toEqual({
      usage: { ...usage, outputTokens: 100 + SAID_TOKENS },
      source: 'estimated',
    });
  });

  test('behind its usage is told whole', () => {
    const usage = { ...EMPTY_USAGE, inputTokens: 5, outputTokens: 2 };
    const told = metered({ outcome: 'client_closed', answer: { usage, finishReason: 'stop' } });
    expect(told).toEqual({ usage, source: 'provider' });
  });

  test('before anything came: the output is not known, and never 0', () => {
    const none = { parsed: undefined };
    expect(metered({ outcome: 'client_closed', answer: none, facts: { response: null } })).toEqual(
      estimated(HI_TOKENS, null),
    );
    expect(metered({ outcome: 'timeout', answer: { parsed: { choices: [] } } })).toEqual(estimated(HI_TOKENS, null));
  });

  test('inside a document: as much as can be read of it', () => {
    const kept = Buffer.from(
      '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there, Ada.',
    );
    const facts = { response: at(kept.length) };
    expect(metered({ outcome: 'truncated', facts, answer: { parsed: undefined, kept } })).toEqual(
      estimated(HI_TOKENS, SAID_TOKENS),
    );
  });

  test.each<[string, Given]>([
    ['before a head', { facts: { attempts: [{ status: null }] as CallFacts['attempts'] } }],
    ['of a provider that refused', { facts: { attempts: [{ status: 500 }] as CallFacts['attempts'] } }],
    ['without an attempt', { facts: { attempts: [], response: null } }],
  ])('%s: nothing is known', (_name, given) => {
    expect(metered({ outcome: 'client_closed', ...given, answer: { parsed: undefined } })).toEqual(NONE);
  });

  test('as a log tells it', () => {
    expect(metered({ outcome: 'client_closed', facts: { attempts: [] } })).toEqual(estimated(HI_TOKENS, SAID_TOKENS));
  });
});

test.each<Outcome>(['upstream_error', 'blocked', 'rate_limited'])('%s: a failed call is never estimated', (outcome) => {
  expect(metered({ outcome })).toEqual(NONE);
  const usage = { ...EMPTY_USAGE, inputTokens: 5, outputTokens: 1 };
  expect(metered({ outcome, answer: { usage } })).toEqual({ usage, source: 'provider' });
});
