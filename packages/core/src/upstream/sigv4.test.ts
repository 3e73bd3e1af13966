import { hash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSigner, type Signable } from './sigv4.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

// The example credentials of AWS's documentation.
const EXAMPLE = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = Date.UTC(2015, 7, 30, 12, 36);

function pairs(list: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < list.length; i += 2) record[list[i] as string] = list[i + 1] as string;
  return record;
}

interface Asked {
  method: string;
  /** As it is sent. */
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: Uint8Array;
  now: number;
  region: string;
  service: string;
  sessionToken?: string;
}

function sentQuery(query: Asked['query']): string {
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`))
    .join('&');
}

/** What the AWS SDK signs for the same call. */
async function theirs(asked: Asked): Promise<Record<string, string>> {
  const { region, service, sessionToken, now } = asked;
  const signer = new SignatureV4({ credentials: { ...EXAMPLE, sessionToken }, region, service, sha256: Sha256 });
  const signed = Object.keys(asked.headers).filter((name) => /^(content-type|x-amz-.*)$/.test(name));
  const unsigned = Object.keys(asked.headers).filter((name) => !signed.includes(name));
  const { headers } = await signer.sign(
    {
      method: asked.method,
      protocol: 'https:',
      hostname: 'host.example',
      path: asked.path,
      query: asked.query,
      headers: { ...asked.headers, host: 'host.example:8443' },
      body: asked.body,
    },
    { signingDate: new Date(now), unsignableHeaders: new Set(unsigned) },
  );
  return headers;
}

function ours(asked: Asked, sign = createSigner()): Record<string, string> {
  const { method, path, query, headers, body, now, region, service, sessionToken } = asked;
  const text = sentQuery(query);
  const request: Signable = {
    method,
    origin: 'https://host.example:8443',
    path: text === '' ? path : `${path}?${text}`,
    headers: Object.entries(headers).flat(),
    bodyHash: hash('sha256', body),
  };
  return pairs(sign(request, { credentials: { ...EXAMPLE, sessionToken }, region, service, now }));
}

const SENT = { method: 'POST', path: '/', query: {}, headers: {}, body: new Uint8Array(), now: NOW } as const;
const IN_US_EAST = { ...SENT, region: 'us-east-1', service: 'bedrock' };

test('what the AWS SDK signs, header for header, for the calls that Bedrock gets', async () => {
  const models = [
    'anthropic.claude-3-5-sonnet-20240620-v1%3A0',
    'meta.llama3-70b-instruct-v1:0',
    'us.amazon.nova-pro-v1%3A0',
  ];
  const arn = 'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-3-haiku';
  for (const model of [...models, arn]) {
    const asked: Asked = {
      ...IN_US_EAST,
      path: `/model/${model}/converse-stream`,
      headers: { 'content-type': 'application/json', accept: '*/*', 'x-amz-user-agent': '  aws  sdk\t/ 1 ' },
      body: Buffer.from('{"messages":[]}'),
      sessionToken: 'FwoGZXIvYXdzE+/=',
    };
    const { authorization, ...rest } = ours(asked);
    const expected = await theirs(asked);
    expect(authorization).toBe(expected.authorization);
    expect(expected).toMatchObject(rest);
    expect(authorization).toContain(
      'SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-user-agent,',
    );
  }
});

test('a colon that is sent encoded is signed encoded twice', async () => {
  const encoded = { ...IN_US_EAST, path: '/model/a%3A0/converse' };
  expect(ours(encoded).authorization).not.toBe(ours({ ...encoded, path: '/model/a:0/converse' }).authorization);
  expect(ours(encoded).authorization).toBe((await theirs(encoded)).authorization);
});

test('what the AWS SDK signs, for any path, query, header, body and date', async () => {
  const sign = createSigner();
  const segment = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).filter(isWhole).map(encodeURIComponent),
    fc.stringMatching(/^[A-Za-z0-9\-._~!$&'()*+,;=:@]{0,12}$/),
  );
  const word = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => isWhole(text) && text !== '__proto__');
  const value = fc.stringMatching(/^[ -~\t]{0,20}$/);
  const asked = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    path: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
    query: fc.dictionary(
      word.filter((name) => name !== '' && name.toLowerCase() !== 'x-amz-signature'),
      fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 })),
      { maxKeys: 4 },
    ),
    headers: fc.dictionary(
      fc.constantFrom('content-type', 'accept', 'x-amz-target', 'x-amz-meta-a', 'user-agent'),
      value,
      {
        maxKeys: 5,
      },
    ),
    body: fc.uint8Array({ maxLength: 64 }),
    now: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
    region: fc.constantFrom('us-east-1', 'cn-north-1', 'us-gov-west-1'),
    service: fc.constantFrom('bedrock', 'execute-api'),
    sessionToken: fc.option(fc.stringMatching(/^[!-~]{1,40}$/), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(asked, async (call) => {
      expect(ours(call, sign).authorization).toBe((await theirs(call)).authorization);
    }),
    { numRuns: 300 },
  );
});

/** Half of a surrogate pair cannot be encoded. */
function isWhole(text: string): boolean {
  return text.isWellFormed();
}

test('a query as it was sent: names alone, other encodings, a percent sign that begins nothing', () => {
  const at = (path: string): string | undefined => {
    const request = { method: 'GET', origin: 'https://h.example', path, headers: [], bodyHash: EMPTY };
    return pairs(createSigner()(request, { credentials: EXAMPLE, region: 'us-east-1', service: 's', now: NOW }))
      .authorization;
  };
  expect(at('/?b&a=%7e')).toBe(at('/?a=~&b='));
  expect(at('/?a=%2b')).toBe(at('/?a=+'));
  expect(at('/?a=100%')).toBe(at('/?a=100%25'));
  expect(at('/?a=%zz')).toBe(at('/?a=%25zz'));
});

test('keys of many secrets, days and regions are each right, however many were made before', async () => {
  const sign = createSigner();
  const DAY = 86_400_000;
  const expected = await theirs(IN_US_EAST);
  expect(ours(IN_US_EAST, sign).authorization).toBe(expected.authorization);
  for (let day = 1; day < 200; day += 1) ours({ ...IN_US_EAST, now: NOW + day * DAY }, sign);
  expect(ours(IN_US_EAST, sign).authorization).toBe(expected.authorization);
  const other = { ...IN_US_EAST, region: 'eu-west-1' };
  expect(ours(other, sign).authorization).toBe((await theirs(other)).authorization);
});
