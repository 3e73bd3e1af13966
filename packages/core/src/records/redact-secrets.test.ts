import { expect, test } from 'vitest';
import { createSecretRemover, REDACTED } from './redact-secrets.js';
import type { RecordRow } from './store.js';

const KEY = 'sk-proj/a+b=c_d"é 🌦';

function row(given: Partial<RecordRow>): RecordRow {
  return {
    path: '/v1/x',
    provider: 'openai',
    targetUrl: '',
    userId: null,
    properties: {},
    promptId: null,
    model: null,
    requestModel: null,
    responseModel: null,
    modelOverride: null,
    error: null,
    finishReason: null,
    attempts: [],
    requestBody: null,
    responseBody: null,
    ...given,
  } as RecordRow;
}

function cleanBody(body: string, ...secrets: string[]): string {
  const { responseBody } = createSecretRemover().remove(row({ responseBody: Buffer.from(body) }), secrets);
  return Buffer.from(responseBody as Uint8Array).toString();
}

test.each([
  ['raw', KEY],
  ['JSON', JSON.stringify(KEY).slice(1, -1)],
  ['JSON in JSON', JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
  ['JSON with a slash escaped', JSON.stringify(KEY).slice(1, -1).replaceAll('/', '\\/')],
  ['JSON, ASCII only', 'sk-proj\\u002fa\\u002Bb\\u003dc_d\\u0022\\u00e9\\u0020\\ud83c\\uDF26'],
  ['percent-encoded', encodeURIComponent(KEY)],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
  ['percent-encoded in lower case', encodeURIComponent(KEY).toLowerCase()],
  ['as a form', new URLSearchParams({ k: KEY }).toString().slice(2)],
])('%s', (_form, shown) => {
  expect(cleanBody(`{"a":"before ${shown} behind ${shown}"}`, KEY)).toBe(
    `{"a":"before ${REDACTED} behind ${REDACTED}"}`,
  );
});

test('a body changes where nothing else does', () => {
  const properties = { a: 'b' };
  const given = row({ responseBody: Buffer.from('secret-1'), requestBody: Buffer.from('q'), properties });
  const clean = createSecretRemover().remove(given, ['secret-1']);
  expect(clean).toEqual({ ...given, responseBody: Buffer.from(REDACTED) });
  expect(clean.requestBody).toBe(given.requestBody);
});

test('every field that can hold text', () => {
  const found = createSecretRemover().remove(
    row({
      path: '/bot/secret-1/x',
      provider: 'secret-1.example',
      targetUrl: 'https://x.example/secret-1',
      userId: 'secret-1',
      properties: { 'a-secret-1': 'b', c: 'secret-1!' },
      promptId: 'secret-1',
      model: 'm-secret-1',
      requestModel: 'm-secret-1',
      responseModel: 'm-secret-1',
      modelOverride: 'm-secret-1',
      error: 'bad key secret-1',
      finishReason: 'secret-1',
      attempts: [
        {
          provider: 'secret-1',
          target: 'https://secret-1',
          status: 200,
          startedAt: 1,
          durationMs: 2,
          error: 'secret-1',
        },
        { provider: 'p', target: 't', status: null, startedAt: 1, durationMs: 2 },
      ],
      requestBody: Buffer.from('secret-1'),
      responseBody: Buffer.from('x secret-1'),
    }),
    ['secret-1'],
  );
  expect(
    JSON.stringify(found, (_key, value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value)),
  ).not.toContain('secret-1');
  expect(found.properties).toEqual({ [`a-${REDACTED}`]: 'b', c: `${REDACTED}!` });
  expect(found.attempts[1]).toEqual({ provider: 'p', target: 't', status: null, startedAt: 1, durationMs: 2 });
});

test.each<Partial<RecordRow>>([
  { path: '/secret-1' },
  { provider: 'secret-1' },
  { targetUrl: 'secret-1' },
  { userId: 'secret-1' },
  { properties: { a: 'secret-1' } },
  { properties: { 'secret-1': 'a' } },
  { promptId: 'secret-1' },
  { model: 'secret-1' },
  { requestModel: 'secret-1' },
  { responseModel: 'secret-1' },
  { modelOverride: 'secret-1' },
  { error: 'secret-1' },
  { finishReason: 'secret-1' },
  { attempts: [{ provider: 'secret-1', target: '', status: 1, startedAt: 1, durationMs: 1 }] },
  { attempts: [{ provider: '', target: 'secret-1', status: 1, startedAt: 1, durationMs: 1 }] },
  { attempts: [{ provider: '', target: '', status: 1, startedAt: 1, durationMs: 1, error: 'secret-1' }] },
])('alone in %o', (given) => {
  expect(JSON.stringify(createSecretRemover().remove(row(given), ['secret-1']))).not.toContain('secret-1');
});

test('nothing to take out: the same bytes', () => {
  const given = row({ responseBody: Buffer.from('nothing') });
  const remover = createSecretRemover();
  expect(remover.remove(given, [])).toBe(given);
  expect(remover.remove(given, ['secret-1'])).toBe(given);
});

test('of two secrets, one in the other, no part is left', () => {
  expect(cleanBody('a secret-12345678 b', 'secret-1', 'secret-12345678')).toBe(`a ${REDACTED} b`);
});

test('a secret that the end of a body cuts, wherever', () => {
  const secret = 'sk-0123456789';
  for (let length = 0; length <= secret.length; length += 1) {
    expect(cleanBody(`sk-01234 ${secret.slice(0, length)}`, secret)).toBe(
      length < 8 ? `sk-01234 ${secret.slice(0, length)}` : `sk-01234 ${REDACTED}`,
    );
    const body = `{"error":"bad key ${secret.slice(0, length)}`;
    expect(cleanBody(body, secret)).toBe(length < 8 ? body : `{"error":"bad key ${REDACTED}`);
  }
});

test('a secret that is cut at the end of a text inside of a body: a message that was not kept whole', () => {
  const secret = 'sk-0123456789';
  const cut = (text: string): string => JSON.stringify([{ helicone_cut: `{"key":"${text}`, bytes: 99 }, { a: 1 }]);
  expect(cleanBody(cut('sk-01234567'), secret)).toBe(cut(REDACTED));
  expect(cleanBody(cut('sk-0123'), secret)).toBe(cut('sk-0123'));
  // What goes on otherwise is another text.
  expect(cleanBody(cut('sk-01234-x'), secret)).toBe(cut('sk-01234-x'));
});

test('signs that mean something in patterns are only signs', () => {
  const secret = '$&.*+?^{}$()|[]\\-12345';
  expect(cleanBody(`<${secret}>`, secret)).toBe(`<${REDACTED}>`);
  expect(cleanBody('<$&-12345>', secret)).toBe('<$&-12345>');
});

test('linear, whatever the body: long runs of what secrets are escaped with', () => {
  const period = 'a'.repeat(10_000);
  const takes = (times: number): number => {
    const started = process.cpuUsage().user;
    cleanBody(`${period.slice(1)}"b`.repeat(times), period);
    for (const filler of ['\\', '%25', '\\\\u002f', '/', 'a']) {
      cleanBody(`${filler.repeat(times * 3000)}-secret`, '///-secret///', '%%%-secret', 'aaaaaaaa-secret\\');
    }
    return process.cpuUsage().user - started;
  };
  takes(10);
  // Four times the text: what is quadratic takes sixteen times as long, whatever the machine.
  expect(takes(100) / takes(25)).toBeLessThan(9);
});

test('few patterns are kept, however many secrets come', () => {
  const remover = createSecretRemover();
  for (let i = 0; i < 2000; i += 1) {
    const found = remover.remove(row({ error: `key secret-${i}!` }), [`secret-${i}!`]);
    expect(found.error).toBe(`key ${REDACTED}`);
  }
});
