// Fallbacks that whoever runs the proxy has set, for all calls or for those of a key, over HTTP.
import type { Exchange, Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { answerChat } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { provider, rig } = startedHere();

function fail(exchange: Exchange, status: number): Promise<void> {
  return exchange.respond({ status, headers: [['content-type', 'application/json']], framing: 'length' }, ['{}']);
}

const failing: Script = (exchange) => fail(exchange, 500);

describe('fallbacks of the server', () => {
  const entry = (origin: string, more: object = {}) => ({
    'target-url': origin,
    headers: {},
    onCodes: [{ from: 500, to: 599 }],
    ...more,
  });

  test('those of the options hold for calls that send none, private addresses included; a client’s list takes their place', async () => {
    const [backup, mine] = [await provider(answerChat), await provider(answerChat)];
    const proxy = await rig((main) => ({
      targets: { allow: [mine.origin], privateNetworks: true },
      fallbacks: [
        entry(main.origin),
        entry(backup.origin, { headers: { 'X-From': 'options' }, bodyKeyOverride: { user: 'u' } }),
      ],
    }));
    proxy.provider.script = failing;
    const { status, header } = await proxy.chat();
    expect([status, header('helicone-fallback-index')]).toEqual([200, '1']);
    expect(backup.requests[0]?.header('x-from')).toBe('options');
    expect(JSON.parse(backup.requests[0]?.body.toString() ?? '')).toMatchObject({ user: 'u' });
    const own = await proxy.chat({ 'helicone-fallbacks': JSON.stringify([entry(mine.origin)]) });
    expect([own.status, own.header('helicone-fallback-index')]).toEqual([200, '0']);
    expect([backup.requests.length, mine.requests.length]).toEqual([1, 1]);
  });

  test('an address that callers may not choose is one that the options may', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig({ fallbacks: [entry(backup.origin)] });
    expect((await proxy.chat()).status).toBe(200);
    const refused = await proxy.chat({ 'helicone-fallbacks': JSON.stringify([entry(backup.origin)]) });
    expect([refused.status, refused.header('x-helicone-error')]).toEqual([403, 'target_forbidden']);
  });

  test('a key’s defaults come before the options’, what is enforced before the client’s', async () => {
    const [all, key, forced, client] = [
      await provider(answerChat),
      await provider(answerChat),
      await provider(answerChat),
      await provider(answerChat),
    ];
    const text = (origin: string): string => JSON.stringify([entry(origin)]);
    const proxy = await rig({
      targets: { allow: [client.origin], privateNetworks: true },
      fallbacks: [entry(all.origin)],
      auth: {
        keys: {
          'sk-none': {},
          'sk-default': { policy: { defaults: { 'Helicone-Fallbacks': text(key.origin) } } },
          'sk-forced': { policy: { enforce: { 'Helicone-Fallbacks': text(forced.origin) } } },
        },
      },
    });
    const sent = { 'helicone-fallbacks': text(client.origin) };
    await proxy.chat({ 'helicone-auth': 'Bearer sk-none' });
    await proxy.chat({ 'helicone-auth': 'Bearer sk-default' });
    await proxy.chat({ 'helicone-auth': 'Bearer sk-default', ...sent });
    await proxy.chat({ 'helicone-auth': 'Bearer sk-forced', ...sent });
    expect([all, key, client, forced].map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1]);
  });

  test('the client’s credential stays with its own origin; the record names the provider that answered', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig((main) => ({
      providers: { openai: { baseUrl: main.origin }, groq: { baseUrl: `${backup.origin}/openai` } },
      fallbacks: [entry(main.origin), entry(`${backup.origin}/openai`)],
    }));
    proxy.provider.script = failing;
    expect((await proxy.chat({ authorization: 'Bearer mine' })).status).toBe(200);
    expect(proxy.provider.requests[0]?.header('authorization')).toBe('Bearer mine');
    expect(backup.requests[0]?.header('authorization')).toBeUndefined();
    const [record] = await proxy.records();
    expect(record?.attempts.map(({ provider }) => provider)).toEqual(['openai', 'groq']);
    expect(record?.provider.toLowerCase()).toBe('groq');
  });

  test('a credential of the options is for callers whom a key vouches for', async () => {
    const backup = await provider(answerChat);
    const fallbacks = [entry(backup.origin, { headers: { authorization: 'Bearer held', 'x-team': 'a' } })];
    const open = await rig({ fallbacks });
    const closed = await rig({ fallbacks, auth: { keys: { 'sk-a': {} } } });
    expect((await open.chat()).status).toBe(200);
    expect((await closed.chat({ 'helicone-auth': 'Bearer sk-a' })).status).toBe(200);
    const sent = backup.requests.map((request) => [request.header('authorization'), request.header('x-team')]);
    expect(sent).toEqual([
      [undefined, 'a'],
      ['Bearer held', 'a'],
    ]);
  });

  test('an entry’s own credential reaches its target for callers whose credential is replaced', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig({
      auth: () => ({ replaceCredential: true }),
      fallbacks: [entry(backup.origin, { headers: { authorization: 'Bearer entry' } })],
    });
    expect((await proxy.chat({ authorization: 'Bearer ours' })).status).toBe(200);
    expect(backup.requests[0]?.header('authorization')).toBe('Bearer entry');
  });

  test('a hit is recorded under the provider whose answer it is', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig((main) => ({
      providers: { openai: { baseUrl: main.origin }, groq: { baseUrl: backup.origin } },
      fallbacks: [entry(main.origin), entry(backup.origin)],
    }));
    proxy.provider.script = failing;
    const calls = Array.from({ length: 3 }, () => proxy.chat({ 'helicone-cache-enabled': 'true' }));
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
    const late = await proxy.chat({ 'helicone-cache-enabled': 'true' });
    expect(late.header('helicone-cache')).toBe('HIT');
    expect(backup.requests).toHaveLength(1);
    const records = await proxy.records();
    expect(records.map(({ provider, target_url }) => [provider, new URL(target_url).origin])).toEqual(
      Array.from({ length: 4 }, () => ['groq', backup.origin]),
    );
  });

  test('calls of keys with different fallbacks share no cached answer', async () => {
    const [first, second] = [await provider(answerChat), await provider(answerChat)];
    const policyTo = (origin: string) => ({
      policy: { defaults: { 'Helicone-Cache-Enabled': true, 'Helicone-Fallbacks': JSON.stringify([entry(origin)]) } },
    });
    const proxy = await rig({ auth: { keys: { 'sk-a': policyTo(first.origin), 'sk-b': policyTo(second.origin) } } });
    await proxy.chat({ 'helicone-auth': 'Bearer sk-a' });
    expect((await proxy.chat({ 'helicone-auth': 'Bearer sk-b' })).header('helicone-cache')).toBe('MISS');
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  });
});
