import { expect, test } from 'vitest';
import type { CallFigures } from './call-figures.js';
import type { EndedCall } from './ended-call.js';
import { errorType, spanAttributes, spanName } from './span-attributes.js';

const CALL: EndedCall = {
  requestId: 'request-1',
  tenant: 'acme',
  method: 'POST',
  operation: 'chat',
  provider: 'openai',
  origin: 'https://api.openai.com',
  sent: true,
  status: 200,
  outcome: 'success',
  error: null,
  cache: null,
  retries: 0,
  fallbackIndex: null,
  endedAt: 1_767_323_045_678,
  durationMs: 12.5,
};

const FIGURES: CallFigures = {
  id: 'id-1',
  outcome: 'success',
  requestModel: 'gpt-4o-mini',
  responseModel: null,
  sessionId: 'session-1',
  stream: true,
  finishReason: null,
  timeToFirstTokenMs: 250,
  inputTokens: 0,
  outputTokens: null,
  cacheReadTokens: 5,
  cacheWriteTokens: 6,
  reasoningTokens: 7,
  costNanoUsd: 1_500_000_000,
};

test('what is not known is left out, zero is not', () => {
  expect(spanAttributes({ ...CALL, retries: 2, fallbackIndex: 0 }, FIGURES)).toEqual({
    'gen_ai.conversation.id': 'session-1',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.25,
    'gen_ai.usage.input_tokens': 0,
    'gen_ai.usage.cache_read.input_tokens': 5,
    'gen_ai.usage.cache_creation.input_tokens': 6,
    'gen_ai.usage.reasoning.output_tokens': 7,
    'helicone.cost_usd': 1.5,
    'helicone.fallback_index': 0,
    'helicone.request_id': 'request-1',
    'helicone.retries': 2,
    'helicone.tenant': 'acme',
    'http.response.status_code': 200,
    'server.address': 'api.openai.com',
    'server.port': 443,
  });
});

test('without figures: what the request thread knew', () => {
  expect(spanAttributes({ ...CALL, origin: null, operation: null }, null)).toEqual({
    'gen_ai.provider.name': 'openai',
    'helicone.request_id': 'request-1',
    'helicone.tenant': 'acme',
    'http.response.status_code': 200,
  });
});

test.each<[string, Partial<EndedCall>, CallFigures['outcome'] | null, string | null]>([
  ['a success', {}, 'success', null],
  ['a success without figures', {}, null, null],
  ['an error of ours', { outcome: 'timeout', error: 'upstream_timeout', status: null }, 'timeout', 'upstream_timeout'],
  ['a status of the provider', { outcome: 'upstream_error', status: 503 }, 'upstream_error', '503'],
  ['an error inside a 200', {}, 'upstream_error', 'upstream_error'],
  ['a stream without its end', {}, 'truncated', 'truncated'],
  ['a client that left behind the end', { outcome: 'client_closed', error: 'client_closed' }, 'success', null],
])('the type of an error: %s', (_title, call, outcome, type) => {
  expect(errorType({ ...CALL, ...call }, outcome === null ? null : { ...FIGURES, outcome })).toBe(type);
});

test('names', () => {
  expect(spanName(CALL, 'gpt-4o-mini')).toBe('chat gpt-4o-mini');
  expect(spanName(CALL, null)).toBe('chat');
  expect(spanName({ ...CALL, operation: null, method: 'GET' }, null)).toBe('GET openai');
});
