import { expect, test } from 'vitest';
import type { WireFormat } from '../../providers/wire.js';
import type { CallFacts } from '../facts.js';
import { readRequested } from './requested.js';

const VERTEX = '/v1/projects/p/locations/l/publishers';

/** What of the facts is read. */
function requested(wire: WireFormat | null, path: string, body: unknown) {
  const bytes = Buffer.from(body === null ? '' : JSON.stringify(body));
  const request = {
    offset: 0,
    length: bytes.length,
    headLength: bytes.length,
    total: bytes.length,
    encoding: '',
    type: 'application/json',
  };
  const facts = { session: null, request: body === null ? null : request, wire, path } as unknown as CallFacts;
  const { model, stream } = readRequested(facts, bytes, 1 << 20);
  return { model, stream };
}

test.each<[WireFormat | null, string, unknown, string | null, boolean]>([
  ['google-generate-content', '/v1beta/models/gemini-2.5-flash:generateContent', {}, 'gemini-2.5-flash', false],
  ['google-generate-content', '/v1beta/models/gemini-2.5-flash:streamGenerateContent', {}, 'gemini-2.5-flash', true],
  ['google-generate-content', '/v1beta/models/a%3AembedContent', { model: 'models/b' }, 'a', false],
  ['google-generate-content', '/v1beta/other', { model: 'models/b' }, 'b', false],
  ['google-predict', '/v1beta/models/imagen-4.0-generate-001:predict', {}, 'imagen-4.0-generate-001', false],
  [
    'anthropic-messages',
    `${VERTEX}/anthropic/models/claude-sonnet-4@20250514:streamRawPredict`,
    { anthropic_version: 'vertex-2023-10-16' },
    'claude-sonnet-4@20250514',
    true,
  ],
  ['anthropic-messages', '/v1/messages', { model: 'claude-sonnet-4-5', stream: true }, 'claude-sonnet-4-5', true],
  ['openai-chat', `${VERTEX}/mistralai/models/mistral-large:rawPredict`, { model: 'body' }, 'body', false],
  ['openai-chat', '/openai/deployments/mine/chat/completions', { stream: true }, 'mine', true],
  ['openai-chat', '/openai/deployments/mine/chat/completions', { model: 'gpt-4o' }, 'gpt-4o', false],
  ['openai-transcription', '/openai/deployments/whisper/audio/transcriptions', null, 'whisper', false],
  ['bedrock-converse', '/model/amazon.nova-lite-v1%3A0/converse-stream', {}, 'amazon.nova-lite-v1:0', true],
  ['bedrock-invoke', '/model/amazon.nova-lite-v1%3A0/invoke', {}, 'amazon.nova-lite-v1:0', false],
  ['bedrock-invoke', '/model/m/invoke-with-response-stream', {}, 'm', true],
  ['openai-chat', '/v1/chat/completions', {}, null, false],
  [null, '/v1beta/models/gemini-2.5-flash:countTokens', {}, 'gemini-2.5-flash', false],
])('%s %s %j', (wire, path, body, model, stream) => {
  expect(requested(wire, path, body)).toEqual({ model, stream });
});
