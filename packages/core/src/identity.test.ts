import { describe, expect, test } from 'vitest';
import type { EngineRequest, Headers } from './contract.js';
import { type Authenticate, type Caller, createAuthenticator, type Identity, type KeyOptions } from './identity.js';
import type { EngineOptions } from './options.js';

function request(headers: Headers, more: Partial<EngineRequest> = {}): EngineRequest {
  const signal = new AbortController().signal;
  return { method: 'POST', path: '/openai/v1/x', query: '', headers, body: null, signal, ...more };
}

/** Who `auth` says is calling; the code of the error when it refuses. */
async function caller(auth: EngineOptions['auth'], asked: EngineRequest): Promise<Caller | string> {
  return caught(async () => createAuthenticator(auth).caller(asked));
}

async function caught<T>(action: () => Promise<T>): Promise<T | string> {
  try {
    return await action();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const KEYS = { keys: { 'sk-a': { tenant: 'acme', userId: 'ada', providers: ['openai'] }, 'pk-b': {}, 'sk-c': {} } };

describe('without auth', () => {
  test('anyone calls, as nobody in particular', async () => {
    for (const auth of [undefined, null as unknown as undefined]) {
      expect(await caller(auth, request({ authorization: 'Bearer x' }))).toEqual({
        tenant: 'default',
        userId: null,
        canRead: false,
        providers: null,
        authenticated: false,
        isOurs: null,
        policy: null,
      });
    }
  });

  test('REST answers this machine only', async () => {
    const { restCaller } = createAuthenticator(undefined);
    const local = request({ host: 'localhost' }, { remoteAddress: '127.0.0.1' });
    expect(await restCaller(local)).toMatchObject({ tenant: 'default', canRead: true, authenticated: false });
    for (const far of [
      request({ host: 'localhost' }, { remoteAddress: '10.0.0.1' }),
      request({ host: 'evil.example' }, { remoteAddress: '127.0.0.1' }),
    ]) {
      expect(await caught(() => restCaller(far))).toBe('unauthorized');
    }
  });
});

describe('keys', () => {
  test.each([
    ['helicone-auth', 'Bearer sk-a'],
    ['helicone-auth', 'sk-a'],
    ['authorization', 'Bearer sk-a'],
    ['authorization', 'Bearer theirs, Bearer sk-a'],
    ['x-api-key', 'sk-a'],
    ['api-key', 'sk-a'],
    ['x-goog-api-key', 'sk-a'],
  ])('%s: %s', async (name, value) => {
    expect(await caller(KEYS, request({ [name]: value }))).toMatchObject({ tenant: 'acme', authenticated: true });
  });

  test('the query’s key', async () => {
    expect(await caller(KEYS, request({}, { query: 'alt=sse&key=sk-a' }))).toMatchObject({ tenant: 'acme' });
  });

  test('what a key may do, and the defaults', async () => {
    expect(await caller(KEYS, request({ 'helicone-auth': 'Bearer sk-a' }))).toMatchObject({
      tenant: 'acme',
      userId: 'ada',
      canRead: true,
      providers: new Set(['openai']),
      authenticated: true,
    });
    expect(await caller(KEYS, request({ 'helicone-auth': 'Bearer sk-c' }))).toMatchObject({
      tenant: 'default',
      userId: null,
      canRead: true,
      providers: null,
    });
  });

  async function pkCanRead(options: KeyOptions): Promise<boolean> {
    const found = await caller({ keys: { 'pk-b': options } }, request({ 'helicone-auth': 'pk-b' }));
    return (found as Caller).canRead;
  }

  test('a pk- key does not read unless it says so', async () => {
    expect(await pkCanRead({})).toBe(false);
    expect(await pkCanRead({ canRead: true })).toBe(true);
  });

  test('canRead: undefined is as good as not said', async () => {
    expect(await pkCanRead({ canRead: undefined })).toBe(false);
  });

  test('none, a wrong one, or one that is only nearly right', async () => {
    for (const headers of [{}, { authorization: 'Bearer nope' }, { 'x-api-key': 'sk-a2' }, { cookie: 'sk-a' }]) {
      expect(await caller(KEYS, request(headers))).toBe('unauthorized');
    }
    expect(await caller({ keys: {} }, request({ authorization: 'Bearer __proto__' }))).toBe('unauthorized');
  });

  test('a wrong helicone-auth is not saved by a good key elsewhere', async () => {
    for (const own of ['Bearer nope', '', 'Bearer']) {
      const headers = { 'helicone-auth': own, authorization: 'Bearer sk-a', 'x-api-key': 'sk-a' };
      expect(await caller(KEYS, request(headers, { query: 'key=sk-a' }))).toBe('unauthorized');
    }
  });

  test('every key of ours is told from others, whichever was shown', async () => {
    const { isOurs } = (await caller(KEYS, request({ 'helicone-auth': 'sk-a' }))) as Caller;
    expect(['sk-a', 'pk-b', 'sk-c', 'sk-openai', ''].map((key) => isOurs?.(key))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('REST asks the same keys', async () => {
    const { restCaller } = createAuthenticator(KEYS);
    expect(await restCaller(request({ authorization: 'Bearer sk-a' }))).toMatchObject({
      tenant: 'acme',
      canRead: true,
    });
    expect(await restCaller(request({ authorization: 'Bearer pk-b' }))).toMatchObject({ canRead: false });
    const local = request({ host: 'localhost' }, { remoteAddress: '127.0.0.1' });
    expect(await caught(() => restCaller(local)), 'keys count on this machine too').toBe('unauthorized');
  });

  test('wrong options throw at once, naming the key, but not all of it', () => {
    const made = (keys: unknown) => () => createAuthenticator({ keys } as EngineOptions['auth']);
    for (const keys of [null, undefined, 'sk-a']) expect(made(keys)).toThrow(/^auth\.keys: /);
    for (const key of ['', ' ', 'a b', 'a,b', 'a\n']) expect(made({ [key]: {} })).toThrow(/^auth\.keys: /);
    expect(made({ 'sk-very-secret': { tennant: 'x' } })).toThrow(/^auth\.keys\["sk-v…"\]: unknown key "tennant"/);
    expect(made({ 'sk-very-secret': null })).toThrow('auth.keys["sk-v…"]: must be an object');
  });
});

describe('policy', () => {
  const POLICY = { enforce: { 'Helicone-Retry-Num': 3 } };

  test('of a key is checked when the proxy is made', async () => {
    const found = (await caller(
      { keys: { 'sk-a': { policy: POLICY } } },
      request({ 'helicone-auth': 'sk-a' }),
    )) as Caller;
    expect(found.policy?.enforce.values).toEqual({ 'helicone-retry-num': 3 });
    const made = (policy: unknown) => () => createAuthenticator({ keys: { 'sk-secret': { policy } as KeyOptions } });
    expect(made({ enforce: { 'Helicone-Retry-Num': 30 } })).toThrow(
      new RangeError('auth.keys["sk-s…"].policy.enforce["Helicone-Retry-Num"]: must be a whole number from 0 to 10'),
    );
    expect(made(null)).toThrow(new TypeError('auth.keys["sk-s…"].policy: must be an object'));
  });

  test('of an identity is read once for each object', async () => {
    const { caller: ask } = createAuthenticator(() => ({ policy: POLICY }));
    const [first, second] = [await ask(request({})), await ask(request({}))];
    expect(first.policy?.enforce.values).toEqual({ 'helicone-retry-num': 3 });
    expect(second.policy).toBe(first.policy);
  });

  test('that is wrong is the function’s fault: the caller cannot be authenticated, the log says why', async () => {
    for (const policy of [{ enforce: { 'Helicone-Retry-Num': 30 } }, 5, null, { strict: true }]) {
      const { caller: ask } = createAuthenticator(() => ({ policy }) as Identity);
      await expect(ask(request({}))).rejects.toMatchObject({
        code: 'auth_unavailable',
        message: 'callers cannot be authenticated right now',
        cause: { message: expect.stringMatching(/^identity\.policy/) },
      });
    }
  });
});

describe('a function', () => {
  test('is asked with the request and decides', async () => {
    let asked: Parameters<Authenticate>[0] | undefined;
    const auth: Authenticate = (question) => {
      asked = question;
      return { tenant: 'acme', userId: 'ada', canRead: false, providers: ['openai'] };
    };
    const raw = {};
    const host = {};
    const headers = { authorization: 'Bearer jwt' };
    expect(await caller(auth, request(headers, { remoteAddress: '10.0.0.1', raw, host }))).toEqual({
      tenant: 'acme',
      userId: 'ada',
      canRead: false,
      providers: new Set(['openai']),
      authenticated: true,
      isOurs: null,
      policy: null,
    });
    expect(asked).toEqual({ headers, method: 'POST', path: '/openai/v1/x', remoteAddress: '10.0.0.1', raw, host });
  });

  test('may take its time; an empty identity is the default tenant’s', async () => {
    expect(await caller(async () => ({}), request({}))).toMatchObject({
      tenant: 'default',
      canRead: true,
      providers: null,
    });
  });

  test('null refuses', async () => {
    expect(await caller(() => null, request({}))).toBe('unauthorized');
    expect(await caller(async () => null, request({}))).toBe('unauthorized');
  });

  test('one that throws or rejects could not decide; the cause is kept for the log', async () => {
    const cause = new Error('database is down');
    const throws: Authenticate = () => {
      throw cause;
    };
    for (const auth of [throws, () => Promise.reject(cause)]) {
      expect(await caller(auth, request({}))).toBe('auth_unavailable');
      await expect((async () => createAuthenticator(auth).caller(request({})))()).rejects.toMatchObject({ cause });
    }
  });

  test('replaceCredential makes every credential that the request shows ours, and no other', async () => {
    const shown = request({ authorization: 'Bearer a', 'x-api-key': 'b' });
    const replacing = (await caller(() => ({ replaceCredential: true }), shown)) as Caller;
    expect(['a', 'b', 'anything'].map((key) => replacing.isOurs?.(key))).toEqual([true, true, false]);
    const keeping = (await caller(() => ({ replaceCredential: false }), request({}))) as Caller;
    expect(keeping.isOurs).toBeNull();
  });

  test('decides on REST too', async () => {
    const rest = (auth: Authenticate) => caught(() => createAuthenticator(auth).restCaller(request({})));
    expect(await rest(() => ({ tenant: 'acme' }))).toMatchObject({ tenant: 'acme', canRead: true });
    expect(await rest(() => ({ canRead: false }))).toMatchObject({ canRead: false });
    expect(await rest(() => null)).toBe('unauthorized');
  });
});
