import { expect, test } from 'vitest';
import type { EngineRequest, Headers } from '../contract.js';
import { keepLinksHere } from './answer-links.js';
import type { Target } from './target.js';

const REST = '/upload/v1beta/files';

interface Given {
  link?: string | string[];
  request?: Partial<EngineRequest>;
  target?: { origin: string; path: string };
}

function kept({ link = 'https://google.example/upload/v1beta/files?upload_id=a%2Fb', request, target }: Given) {
  const headers: Headers = { 'x-goog-upload-url': link };
  keepLinksHere(headers, {
    request: {
      path: `/google${REST}`,
      prefix: '/llm/helicone',
      headers: { host: 'app.example:3000' },
      ...request,
    } as EngineRequest,
    route: { provider: null, rest: REST },
    target: (target ?? { origin: 'https://google.example', path: REST }) as Target,
  });
  return headers['x-goog-upload-url'];
}

const HERE = 'app.example:3000/llm/helicone/google/upload/v1beta/files?upload_id=a%2Fb';

test('a link to the provider leads through the proxy', () => {
  expect(kept({})).toBe(`http://${HERE}`);
  expect(kept({ request: { secure: true } })).toBe(`https://${HERE}`);
  const headers = { host: 'app.example:3000', 'x-forwarded-proto': 'https' };
  expect(kept({ request: { headers } })).toBe(`https://${HERE}`);
  const behindTwo = { host: 'app.example:3000', 'x-forwarded-proto': 'HTTPS, http' };
  expect(kept({ request: { headers: behindTwo } })).toBe(`https://${HERE}`);
});

test('the name that a proxy in front was called by goes before its own for us', () => {
  const headers = { host: 'inner:3000', 'x-forwarded-host': 'app.example:3000, inner:3000' };
  expect(kept({ request: { headers } })).toBe(`http://${HERE}`);
});

test('the path of the provider’s own address is taken off, the name that the caller used stays', () => {
  const link = 'https://google.example/base/upload/v1beta/files?upload_id=a%2Fb';
  const target = { origin: 'https://google.example', path: `/base${REST}` };
  expect(kept({ link, target })).toBe(`http://${HERE}`);
  expect(kept({ request: { path: `/gemini${REST}` } })).toBe(`http://${HERE.replace('/google/', '/gemini/')}`);
});

test.each<[string, Given]>([
  ['to somebody else', { link: 'https://other.example/upload?x' }],
  ['to an origin that only begins alike', { link: 'https://google.example.evil/upload?x' }],
  ['that comes twice', { link: ['https://google.example/a', 'https://google.example/b'] }],
  ['for a host that says no prefix', { request: { prefix: undefined } }],
])('a link %s is left as it is', (_what, given) => {
  expect(kept(given)).toEqual(given.link ?? 'https://google.example/upload/v1beta/files?upload_id=a%2Fb');
});
