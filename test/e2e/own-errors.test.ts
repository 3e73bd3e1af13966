import Anthropic from '@anthropic-ai/sdk';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

/** A port of loopback on which nothing ever listens. */
const NOWHERE = 'http://127.0.0.1:1';

let standIn: StandIn;
let open: ExpressHost;
let keyed: ExpressHost;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0 });
  const providers = {
    openai: { baseUrl: standIn.url, apiKey: 'sk-server' },
    anthropic: { baseUrl: standIn.url, apiKey: 'sk-ant-server' },
    nowhere: { baseUrl: NOWHERE },
  };
  open = await startExpressHost({ providers });
  keyed = await startExpressHost({
    providers,
    auth: { keys: { 'team-key': {}, 'narrow-key': { providers: ['groq'] } } },
  });
});
afterAll(async () => {
  await Promise.all([open.close(), keyed.close()]);
  await standIn.close();
});

type Headers = Record<string, string>;
type Call = (host: ExpressHost, path: string, headers: Headers) => Promise<unknown>;

const asOpenai: Call = (host, path, defaultHeaders) =>
  new OpenAI({
    baseURL: `${host.url}/helicone${path}/v1`,
    apiKey: 'wrong-key',
    defaultHeaders,
    maxRetries: 0,
  }).chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hi' }],
  });
const asAnthropic: Call = (host, path, defaultHeaders) =>
  new Anthropic({
    baseURL: `${host.url}/helicone${path}`,
    apiKey: 'wrong-key',
    defaultHeaders,
    maxRetries: 0,
  }).messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
  });

interface OwnError {
  status: number;
  message: string;
  headers: globalThis.Headers;
  error: unknown;
}

describe.each([
  { sdk: 'openai', call: asOpenai, path: '/openai', errors: OpenAI },
  { sdk: 'anthropic', call: asAnthropic, path: '/anthropic', errors: Anthropic },
])('$sdk', ({ sdk, call, path, errors }) => {
  async function ownError(host: ExpressHost, to: string, headers: Headers = {}): Promise<OwnError> {
    const error = await rejection(call(host, to, headers));
    if (!(error instanceof errors.APIError)) throw error;
    const own = error as unknown as OwnError;
    expect(own.headers.get('helicone-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(own.headers.get('helicone-status')).toBe('failed');
    return own;
  }

  /** OpenAI's SDK hands out the inner object, Anthropic's the whole body. */
  function inner(error: unknown): unknown {
    return sdk === 'openai' ? error : (error as { error: unknown }).error;
  }

  test('401: keys are configured and none was shown', async () => {
    const error = await ownError(keyed, path);
    expect(error).toBeInstanceOf(errors.AuthenticationError);
    expect(error.headers.get('x-helicone-error')).toBe('unauthorized');
    expect(inner(error.error)).toMatchObject({ code: 'unauthorized', type: 'authentication_error' });
    expect(error.message).toContain('Helicone-Auth');
  });

  test('401: a wrong Helicone-Auth is not saved by anything else', async () => {
    const error = await ownError(keyed, path, { 'Helicone-Auth': 'Bearer not-it' });
    expect(error).toBeInstanceOf(errors.AuthenticationError);
  });

  test('a right key goes through, in its own header or in the credential’s place', async () => {
    await call(keyed, path, { 'Helicone-Auth': 'Bearer team-key' });
    expect(credential()).toEqual(['Bearer wrong-key', undefined]);
    await call(keyed, path, { Authorization: 'Bearer team-key' });
    // Our key never goes on; the server's own takes its place, where this provider expects it.
    expect(credential()).toEqual(sdk === 'openai' ? ['Bearer sk-server', undefined] : [undefined, 'sk-ant-server']);
  });

  function credential(): unknown[] {
    const { authorization, 'x-api-key': apiKey } = standIn.requests.at(-1)?.headers ?? {};
    return [authorization, apiKey];
  }

  test('403: the key may not call this provider', async () => {
    const error = await ownError(keyed, path, { 'Helicone-Auth': 'Bearer narrow-key' });
    expect(error).toBeInstanceOf(errors.PermissionDeniedError);
    expect(error.headers.get('x-helicone-error')).toBe('provider_forbidden');
  });

  test('404: no such provider', async () => {
    const error = await ownError(open, '/no-such-provider');
    expect(error).toBeInstanceOf(errors.NotFoundError);
    expect(error.headers.get('x-helicone-error')).toBe('unknown_route');
    expect(error.message).toContain('no-such-provider');
  });

  test('400: a header that governs the call cannot be used', async () => {
    const error = await ownError(open, path, { 'Helicone-Omit-Request': 'perhaps' });
    expect(error).toBeInstanceOf(errors.BadRequestError);
    expect(error.headers.get('x-helicone-error')).toBe('invalid_header');
    expect(error.message).toContain('helicone-omit-request');
  });

  test('502: nobody answers at the provider’s address, which the message does not tell', async () => {
    const error = await ownError(open, '/nowhere');
    expect(error).toBeInstanceOf(errors.InternalServerError);
    expect(error.status).toBe(502);
    expect(error.headers.get('x-helicone-error')).toBe('upstream_unreachable');
    expect(error.message).not.toContain('127.0.0.1');
  });

  test('503: the proxy is shutting down', async () => {
    const closing = await startExpressHost({ providers: { openai: { baseUrl: standIn.url } } });
    try {
      await closing.proxy.close();
      const error = await ownError(closing, path);
      expect(error).toBeInstanceOf(errors.InternalServerError);
      expect(error.headers.get('x-helicone-error')).toBe('shutting_down');
    } finally {
      await closing.close();
    }
  });
});

test('400 and 502 of ours are recorded, 401 and 404 are not', async () => {
  const before = (await open.records()).length;
  await rejection(asOpenai(open, '/openai', { 'Helicone-Omit-Request': 'perhaps' }));
  await rejection(asOpenai(open, '/nowhere', {}));
  await rejection(asOpenai(open, '/no-such-provider', {}));
  await rejection(asOpenai(keyed, '/openai', {}));
  const records = (await open.records()).slice(before);
  expect(records).toMatchObject([
    { provider: 'openai', response_status: 400, outcome: 'blocked', error: 'invalid_header', cost_usd: null },
    { provider: 'nowhere', response_status: 502, outcome: 'upstream_error', error: 'upstream_unreachable' },
  ]);
  const refused = await keyed.records();
  expect(refused.map(({ response_status }) => response_status)).not.toContain(401);
});
