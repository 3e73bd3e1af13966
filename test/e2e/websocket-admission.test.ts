// Who may open a session, with which key, to where, and under which policy.
import { once } from 'node:events';
import type { CallRecord } from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startNodeHost } from '../rig/websocket-host.js';
import { closing, messages, REALTIME, refusal, soon, type WebSocketRig, webSocketRigs } from '../rig/websocket-rig.js';

const rig = webSocketRigs(startNodeHost);
const KEYS = { keys: { 'sk-ours': {}, 'sk-weak': { providers: ['anthropic'] } } };
const ended = ({ outcome, response_status, error }: CallRecord) => [outcome, response_status, error];

const answered = (usage: object): object => ({ type: 'response.done', response: { status: 'completed', usage } });

/** What a limit of a million tokens has left when a first and a second session begin, in each of which the provider says this. */
async function remainingAtEach(
  { dial, provider, host }: WebSocketRig,
  said: readonly object[],
  end: (client: WebSocket, server: WebSocket) => Promise<void>,
): Promise<unknown[]> {
  const remaining: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const client = dial({ headers: { 'helicone-ratelimit-policy': '1000000;w=600;u=tokens' } });
    const [answer] = (await soon('the 101', once(client, 'upgrade'))) as [{ headers: Record<string, string> }];
    remaining.push(answer.headers['helicone-ratelimit-remaining']);
    const server = await soon('the session', provider.session());
    const got = messages(client, said.length);
    for (const event of said) server.send(JSON.stringify(event));
    await got;
    await end(client, server);
    await host.proxy.flush();
  }
  return remaining;
}

describe('who may', () => {
  const locked = { auth: KEYS, records: { store: 'sqlite::memory:' } };

  test('no key or a wrong one is 401, a provider that is not the key’s 403; neither reaches the provider', async () => {
    const { dial, provider } = await rig({
      options: (origin) => ({ ...locked, providers: { openai: { baseUrl: origin, apiKey: 'sk-held' } } }),
    });
    expect(await refusal(dial())).toMatchObject({ status: 401, headers: { 'x-helicone-error': 'unauthorized' } });
    expect(await refusal(dial({ protocols: ['realtime', 'openai-insecure-api-key.sk-wrong'] }))).toMatchObject({
      status: 401,
    });
    expect(await refusal(dial({ headers: { authorization: 'Bearer sk-weak' } }))).toMatchObject({ status: 403 });
    expect(provider.requests).toEqual([]);
  });

  test.each([
    ['a header', { headers: { authorization: 'Bearer sk-ours' }, protocols: ['realtime'] }],
    ['Helicone-Auth', { headers: { 'helicone-auth': 'Bearer sk-ours' }, protocols: ['realtime'] }],
    ['a subprotocol', { protocols: ['realtime', 'openai-insecure-api-key.sk-ours'] }],
    ['the query', { path: `${REALTIME}&key=sk-ours`, protocols: ['realtime'] }],
  ])('a key of ours in %s lets in, stays here, and the server’s own goes on', async (_name, shown) => {
    const { connect, provider, records } = await rig({
      options: (origin) => ({ ...locked, providers: { openai: { baseUrl: origin, apiKey: 'sk-held' } } }),
    });
    const { client } = await connect(shown);
    const [request] = provider.requests;
    expect(request?.headers.authorization).toBe('Bearer sk-held');
    expect(request?.headers['sec-websocket-protocol']).toBe('realtime');
    expect(JSON.stringify([request?.rawHeaders, request?.url])).not.toContain('sk-ours');
    client.close();
    await closing(client);
    const all = JSON.stringify(await records());
    expect(all).toContain('/v1/realtime');
    expect(all).not.toMatch(/sk-ours|sk-held/);
  });

  test('a provider’s key in a subprotocol goes on untouched, and nowhere into the record', async () => {
    const { connect, provider, records } = await rig({
      options: (origin) => ({ ...locked, providers: { openai: { baseUrl: origin, apiKey: 'sk-held' } } }),
    });
    const protocols = ['realtime', 'openai-insecure-api-key.sk-theirs', 'openai-beta.realtime-v1'];
    const { client } = await connect({ protocols, headers: { 'helicone-auth': 'Bearer sk-ours' } });
    expect(provider.requests[0]?.headers['sec-websocket-protocol']).toBe(protocols.join(','));
    expect(provider.requests[0]?.headers.authorization).toBeUndefined();
    client.close();
    await closing(client);
    expect(JSON.stringify(await records())).not.toContain('sk-theirs');
  });

  test('a subprotocol that a function of the host’s has taken for a key stays here', async () => {
    const { connect, provider } = await rig({
      options: (origin) => ({
        auth: ({ headers }) =>
          headers['sec-websocket-protocol'] === 'realtime,openai-insecure-api-key.theirs'
            ? { replaceCredential: true }
            : null,
        providers: { openai: { baseUrl: origin, apiKey: 'sk-held' } },
        records: { store: 'sqlite::memory:' },
      }),
    });
    await connect({ protocols: ['realtime', 'openai-insecure-api-key.theirs'] });
    expect(provider.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-held',
      'sec-websocket-protocol': 'realtime',
    });
  });

  test('a target at a private address is 403', async () => {
    const { dial, provider } = await rig();
    const headers = { 'helicone-target-url': provider.origin };
    expect(await refusal(dial({ path: '/gateway/v1/realtime', headers }))).toMatchObject({
      status: 403,
      headers: { 'x-helicone-error': 'target_forbidden' },
    });
    expect(provider.requests).toEqual([]);
  });

  test('the gateway relays to a target that is allowed', async () => {
    const { connect, provider } = await rig({
      options: {
        targets: { allow: [/http:\/\/127\.0\.0\.1:\d+/], privateNetworks: true },
        records: { store: 'sqlite::memory:' },
      },
    });
    await connect({ path: '/gateway/any/path?a=1', headers: { 'helicone-target-url': provider.origin } });
    expect(provider.requests[0]?.url).toBe('/any/path?a=1');
  });

  test('a limit counts sessions: the second one is 429, and says when', async () => {
    const { connect, dial, records } = await rig();
    const headers = { 'helicone-ratelimit-policy': '1;w=600' };
    const { client } = await connect({ headers });
    const refused = await refusal(dial({ headers }));
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'x-helicone-error': 'rate_limited', 'helicone-ratelimit-remaining': '0' },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    client.close();
    await closing(client);
    expect((await records()).map(ended)).toEqual([
      ['success', 101, null],
      ['rate_limited', 429, 'rate_limited'],
    ]);
  });

  test('a limit of tokens reserves for a session, and is settled by what it used', async () => {
    const usage = { input_tokens: 100, output_tokens: 20 };
    const remaining = await remainingAtEach(await rig(), [answered(usage)], async (client) => {
      const closed = closing(client);
      client.close();
      await closed;
    });
    // 128 000 and 16 384 are reserved for a session; the first one used 120.
    expect(remaining).toEqual(['855616', '855496']);
  });

  test('is settled by what it used too when the client is cut and the record does not hold everything', async () => {
    const small = await rig({
      options: (origin) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        limits: { recordBodyBytes: 200 },
      }),
    });
    const said = [
      { type: 'response.output_text.done', text: 'x'.repeat(500) },
      answered({ input_tokens: 500_000, output_tokens: 20 }),
    ];
    const remaining = await remainingAtEach(small, said, async (client, server) => {
      const closed = closing(server);
      client.terminate();
      await closed;
    });
    expect(remaining).toEqual(['855616', '355596']);
  });

  test.each(['helicone-llm-security-enabled', 'helicone-moderations-enabled'])(
    '%s is 400, since what is said in a session cannot be checked',
    async (name) => {
      const { dial, provider, records } = await rig();
      expect(await refusal(dial({ headers: { [name]: 'true' } }))).toMatchObject({
        status: 400,
        headers: { 'x-helicone-error': 'invalid_header' },
      });
      expect(provider.requests).toEqual([]);
      expect((await records()).map(ended)).toEqual([['blocked', 400, 'invalid_header']]);
    },
  );

  test('a bad policy header is 400', async () => {
    const { dial } = await rig();
    expect(await refusal(dial({ headers: { 'helicone-ratelimit-policy': 'nonsense' } }))).toMatchObject({
      status: 400,
    });
  });
});
