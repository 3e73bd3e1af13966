import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Provider } from '../providers/registry.js';
import { createRegistry } from '../providers/registry.js';
import { createTargetGuard, PRIVATE_ADDRESS, type TargetOptions } from './target-guard.js';

type Answer = { address: string; family: number }[];
const dns = vi.hoisted(() => ({ answer: [] as { address: string; family: number }[], error: null as Error | null }));

vi.mock('node:dns', () => ({
  lookup: (_host: string, options: { all?: boolean }, callback: (...result: unknown[]) => void) => {
    if (dns.error !== null) callback(dns.error);
    else if (options.all === true) callback(null, dns.answer);
    else callback(null, dns.answer[0]?.address, dns.answer[0]?.family);
  },
}));

afterEach(() => {
  dns.answer = [];
  dns.error = null;
});

/** `null` when the origin may be called, else code and message of the refusal. */
function refusal(origin: string, options: TargetOptions = {}, providers: Iterable<Provider> = []): unknown {
  try {
    createTargetGuard(options, providers).check(origin, 'helicone-target-url');
    return null;
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    return `${code} ${message}`;
  }
}

const NOT_ALLOWED = 'target_forbidden helicone-target-url: this target is not among those that may be called';
const PRIVATE = 'target_forbidden helicone-target-url: this target is at a private address';

describe('approved families', () => {
  test.each([
    'https://api.openai.com',
    'https://res.openai.azure.com',
    'https://a.b.googleapis.com',
    'https://api.x.ai',
  ])('%s', (origin) => {
    expect(refusal(origin)).toBeNull();
  });

  test.each([
    'http://api.openai.com',
    'https://api.openai.com:8443',
    'https://api.openai.com.',
    'https://api.openai.com.evil.example',
    'https://xapi.openai.com',
    'https://openai.azure.com',
    'https://evilopenai.azure.com',
    'https://res.openai.azure.com.evil.example',
    'https://evil.example',
    'https://127.0.0.1',
  ])('not %s', (origin) => {
    expect(refusal(origin)).toBe(NOT_ALLOWED);
  });
});

describe('targets.allow', () => {
  test('a string with a scheme is an origin', () => {
    const options = { allow: ['http://llm.example:8080', 'https://b.example/with/path'] };
    expect(refusal('http://llm.example:8080', options)).toBeNull();
    expect(refusal('https://b.example', options)).toBeNull();
    for (const other of ['https://llm.example:8080', 'http://llm.example', 'http://a.llm.example:8080']) {
      expect(refusal(other, options)).toBe(NOT_ALLOWED);
    }
  });

  test('a string without one is a host, over https', () => {
    const options = { allow: ['LLM.example', 'llm.example:8443'] };
    expect(refusal('https://llm.example', options)).toBeNull();
    expect(refusal('https://llm.example:8443', options)).toBeNull();
    for (const other of ['http://llm.example', 'https://llm.example:444', 'https://a.llm.example']) {
      expect(refusal(other, options)).toBe(NOT_ALLOWED);
    }
  });

  test('*.host is every host below, not the host itself', () => {
    const options = { allow: ['*.llm.example'] };
    expect(refusal('https://a.llm.example', options)).toBeNull();
    expect(refusal('https://a.b.llm.example', options)).toBeNull();
    for (const other of [
      'https://llm.example',
      'https://xllm.example',
      'http://a.llm.example',
      'https://a.llm.example:1',
    ]) {
      expect(refusal(other, options)).toBe(NOT_ALLOWED);
    }
  });

  test('a RegExp must match the whole origin', () => {
    const options = { allow: [/https:\/\/(a|b)\.example/g, /https:\/\/c|https:\/\/d/] };
    for (let i = 0; i < 2; i++) expect(refusal('https://a.example', options), 'also a second time').toBeNull();
    expect(refusal('https://c', options)).toBeNull();
    for (const other of [
      'https://a.example.evil.example',
      'https://a.example:8443',
      'https://cc',
      'http://a.example',
    ]) {
      expect(refusal(other, options)).toBe(NOT_ALLOWED);
    }
    expect(refusal('https://llm.example', { allow: [/https:\/\/LLM\.example/i] })).toBeNull();
  });

  test('one that cannot be used throws, and is named by its place in the list', () => {
    const made = (entry: string) => () => createTargetGuard({ allow: [entry] }, []);
    for (const entry of [
      '',
      '*',
      '*.',
      'a b',
      'a.example/v1',
      'user@a.example',
      '*.a.*',
      'https://',
      'javascript://x',
    ]) {
      expect(made(entry), entry).toThrow(TypeError);
    }
    expect(made('a b')).toThrow(/^targets\.allow\[0\]: "a b" is not an origin, a host or \*\.host$/);
    expect(made('https://')).toThrow(/^targets\.allow\[0\]: "https:\/\/" is not an origin$/);
  });

  test('what is no list of texts and RegExps throws, and the option is named', () => {
    for (const allow of ['llm.example', [5], [null], { a: 1 }]) {
      expect(() => createTargetGuard({ allow } as unknown as TargetOptions, [])).toThrow(/^targets\.allow/);
    }
  });
});

test('origins of configured providers may be called, those at private addresses not', () => {
  const providers = createRegistry({
    mine: { baseUrl: 'http://llm.example:1/x' },
    near: { baseUrl: 'http://10.0.0.5:1' },
  });
  expect(refusal('http://llm.example:1', {}, providers.values())).toBeNull();
  expect(refusal('http://10.0.0.5:1', {}, providers.values())).toBe(PRIVATE);
});

describe('private addresses, however they are written', () => {
  test.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://0x7f.1',
    'https://2130706433',
    'https://017700000001',
    'https://0.0.0.0',
    'https://10.1.2.3',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://169.254.169.254',
    'https://100.64.0.1',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://[::1]',
    'https://[::]',
    'https://[fe80::1]',
    'https://[fd00::1]',
    'https://[ff02::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:a00:1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[::ffff:0:127.0.0.1]',
    'https://[::127.0.0.1]',
  ])('%s', (text) => {
    const { origin } = new URL(text);
    expect(refusal(origin, { allow: [/.*/] })).toBe(PRIVATE);
    expect(refusal(origin, { allow: [/.*/], privateNetworks: true })).toBeNull();
  });

  test('public ones are none', () => {
    for (const origin of ['https://8.8.8.8', 'https://[2606:4700::1111]'])
      expect(refusal(origin, { allow: [/.*/] })).toBeNull();
  });
});

describe('lookup of a caller-chosen host', () => {
  /** What Node's `connect` gets from the guard's lookup. */
  function looked(answer: Answer, { all = true, privateNetworks = false } = {}): Promise<unknown[]> {
    dns.answer = answer;
    const lookup: LookupFunction = createTargetGuard({ privateNetworks }, []).lookup;
    return new Promise((resolve) => lookup('llm.example', { all }, (...result: unknown[]) => resolve(result)));
  }

  const PUBLIC = { address: '8.8.8.8', family: 4 };
  const REFUSED = [expect.objectContaining({ code: PRIVATE_ADDRESS }), '', 0];

  test('public addresses are those that are connected to', async () => {
    const both = [PUBLIC, { address: '2606:4700::1111', family: 6 }];
    expect(await looked(both)).toEqual([null, both]);
    expect(await looked(both, { all: false })).toEqual([null, '8.8.8.8', 4]);
  });

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1'])(
    'with %s among them all are refused',
    async (address) => {
      const bad = { address, family: address.includes(':') ? 6 : 4 };
      expect(await looked([PUBLIC, bad])).toEqual(REFUSED);
      expect(await looked([bad, PUBLIC])).toEqual(REFUSED);
      expect(await looked([PUBLIC, bad], { all: false }), 'also where one is asked for').toEqual(REFUSED);
    },
  );

  test('a name without addresses is refused, an error of the resolver is handed on', async () => {
    expect(await looked([])).toEqual(REFUSED);
    dns.error = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(await looked([])).toEqual([dns.error, '', 0]);
  });

  test('privateNetworks takes whatever the resolver says', async () => {
    const near = { address: '10.0.0.1', family: 4 };
    expect(await looked([near], { privateNetworks: true })).toEqual([null, [near]]);
  });
});
