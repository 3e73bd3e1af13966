import { describe, expect, test } from 'vitest';
import type { EngineRequest, EngineResponse } from '../contract.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import type { GuardedPrompt, Verdict } from './guard-options.js';
import { createModeration } from './moderation.js';

const HEADERS = {
  authorization: 'Bearer sk-1',
  'helicone-auth': 'Bearer ours',
  'helicone-user-id': 'ada',
  'helicone-session-id': 's',
  'helicone-property-team': 'x',
  'helicone-omit-request': 'true',
  'openai-project': 'p',
  'helicone-moderations-enabled': 'true',
  'helicone-cache-enabled': 'true',
  'helicone-ratelimit-policy': '1;w=60',
  'helicone-request-id': '0190f5e8-7b6a-7abc-8def-0123456789ab',
  'content-type': 'text/plain',
  'content-length': '999',
  'accept-encoding': 'gzip',
  cookie: 'c=1',
};

const signal = new AbortController().signal;
const prompt = {
  text: 'how “rude” 👋',
  request: { headers: HEADERS, query: 'a=1&key=k&b=2', signal, remoteAddress: '127.0.0.1', raw: 'raw', host: 'host' },
} as unknown as GuardedPrompt;

function json(value: unknown, status = 200, headers = {}): EngineResponse {
  return { status, headers, body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) };
}

async function check(response: EngineResponse): Promise<Verdict> {
  return createModeration(async () => response).check(prompt);
}

test('the request: the text, the caller’s credential, whose it is, and no policy', async () => {
  const seen: EngineRequest[] = [];
  const guard = createModeration(async (request) => {
    seen.push(request);
    return json({ results: [{ flagged: false }] });
  });
  expect(await guard.check(prompt)).toEqual({ blocked: false });
  const [{ body, ...request }] = seen as [EngineRequest];
  expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toEqual({ input: prompt.text });
  expect(request).toEqual({
    method: 'POST',
    path: '/openai/v1/moderations',
    query: 'key=k',
    headers: {
      authorization: 'Bearer sk-1',
      'helicone-auth': 'Bearer ours',
      'helicone-user-id': 'ada',
      'helicone-session-id': 's',
      'helicone-property-team': 'x',
      'helicone-omit-request': 'true',
      'openai-project': 'p',
      'content-type': 'application/json',
      'content-length': String((body as Uint8Array).length),
      accept: 'application/json',
      'accept-encoding': 'identity',
    },
    signal,
    remoteAddress: '127.0.0.1',
    raw: 'raw',
    host: 'host',
  });
});

describe('what the answer means', () => {
  test('flagged: the categories', async () => {
    const categories = { hate: true, 'violence/graphic': true, sexual: false, 'odd\r\nname': true };
    const verdict = await check(json({ results: [{ flagged: false }, { flagged: true, categories }] }));
    expect(verdict).toEqual({ blocked: true, reason: 'hate, violence/graphic' });
    expect(await check(json({ results: [{ flagged: true }] }))).toEqual({
      blocked: true,
      reason: 'flagged by moderation',
    });
  });

  test('one that comes as a stream is read too', async () => {
    const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
    body.push(Buffer.from('{"results":[{"flag'));
    body.push(Buffer.from('ged":true}]}'));
    body.finish();
    expect((await check({ status: 200, headers: {}, body })).blocked).toBe(true);
  });

  test.each<[string, EngineResponse]>([
    ['an error', json({ error: { message: 'bad key' } }, 401)],
    ['an error that looks like an answer', json({ results: [{ flagged: false }] }, 500)],
    ['no JSON', json('<html>')],
    ['no results', json({})],
    ['empty results', json({ results: [] })],
    ['no flag', json({ results: [{ categories: { hate: true } }] })],
    ['a flag that is none', json({ results: [{ flagged: 'false' }] })],
    ['one result of two without a flag', json({ results: [{ flagged: true }, null] })],
    ['no body', { status: 200, headers: {}, body: null }],
    ['encoded', json({ results: [{ flagged: false }] }, 200, { 'content-encoding': 'gzip' })],
  ])('%s: nothing that could be taken for a yes', async (_what, response) => {
    await expect(check(response)).rejects.toThrow(/moderation/);
  });

  test('an answer without end is given up', async () => {
    const closed: string[] = [];
    const body = new UpstreamBody({ pause() {}, resume() {}, abort: () => closed.push('closed') }, () => null);
    const checked = check({ status: 200, headers: {}, body });
    body.push(Buffer.alloc(256 * 1024 + 1, ' '));
    await expect(checked).rejects.toThrow('too long');
    expect(closed).toEqual(['closed']);
  });

  test('a stream that breaks', async () => {
    const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
    const checked = check({ status: 200, headers: {}, body });
    body.fail(new Error('cut'));
    await expect(checked).rejects.toThrow('cut');
  });
});
