// Signatures for Bedrock by the server: what cannot be signed, each attempt, targets, fallbacks, the cache.
import { describe, expect, test } from 'vitest';
import { API_KEY, ASKED, AUTH, bedrockRig, CONVERSE, OUR_KEY, SERVER, TEAM } from './bedrock-rig.js';

const rig = bedrockRig();

describe('what cannot be signed', () => {
  test.each<[string, () => unknown]>([
    ['a function that throws', () => Promise.reject(new Error('no role'))],
    ['one that gives nothing', () => undefined],
    ['one that gives half', () => ({ accessKeyId: 'AKIA' })],
    ['one whose text would break a header', () => ({ ...SERVER, sessionToken: 'a\r\nx: y' })],
  ])('%s: 503', async (_, aws) => {
    const url = await rig.mount({ aws: aws as () => typeof SERVER, region: 'us-west-2' });
    const answer = await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'auth_unavailable' } });
    expect(rig.calls).toEqual([]);
  });

  test('a function that never answers ends with the call', async () => {
    const url = await rig.mount(
      { aws: () => new Promise(() => {}), region: 'us-west-2' },
      { timeouts: { totalMs: 50 } },
    );
    const answer = await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH });
    expect(answer.status).toBe(504);
    expect(rig.calls).toEqual([]);
  });

  test('no region to sign for: 400', async () => {
    const url = await rig.mount({ aws: SERVER });
    const answer = await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_target' } });
  });

  test.each(['us-east-1.evil.example', 'US-EAST-1', 'us-east-1%2e', 'localhost', '@evil', ''])(
    'region "%s": 400',
    async (region) => {
      const url = await rig.mount({ aws: SERVER });
      const answer = await fetch(`${url}/v1/${region}/model/x/converse`, { ...ASKED, headers: AUTH });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_target' } });
      expect(rig.calls).toEqual([]);
    },
  );

  test('a body that is longer than what is held: 413', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' }, { limits: { bufferedBytes: 1000 } });
    for (const body of ['x'.repeat(1001), new Blob(['x'.repeat(1001)]).stream()]) {
      const init = { method: 'POST', headers: AUTH, body, duplex: 'half' } as RequestInit;
      const answer = await fetch(`${url}${CONVERSE}`, init);
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ error: { code: 'request_too_large' } });
    }
    expect(rig.calls).toEqual([]);
  });
});

test('long bodies, streamed ones too, are signed whole', async () => {
  const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
  const text = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'ab🌍'.repeat(200_000) }] }] });
  for (const body of [text, new Blob([text]).stream()]) {
    const init = { method: 'POST', headers: AUTH, body, duplex: 'half' } as RequestInit;
    expect((await fetch(`${url}${CONVERSE}?a=b%20c&a=&é=1`, init)).status).toBe(200);
  }
  for (const { body, signedBy } of rig.calls) {
    expect(body).toBe(text);
    expect(signedBy?.account).toEqual(SERVER);
  }
});

test('each attempt is signed anew, and the function asked for each', async () => {
  let asked = 0;
  const aws = (): typeof SERVER | typeof TEAM => {
    asked += 1;
    return asked === 1 ? SERVER : TEAM;
  };
  const url = await rig.mount({ aws, region: 'us-west-2' });
  rig.bedrock.failures = [503];
  const retry = { 'helicone-retry-enabled': 'true', 'helicone-retry-min-timeout': '1' };
  const answer = await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: { ...AUTH, ...retry } });
  expect(answer.status).toBe(200);
  expect(rig.calls.map(({ signedBy }) => signedBy?.account)).toEqual([SERVER, TEAM]);
});

test('a fallback of the options to Bedrock is signed with the provider’s credentials', async () => {
  const url = await rig.mount(
    { aws: SERVER, region: 'us-west-2' },
    { fallbacks: [{ 'target-url': rig.bedrock.url, headers: {}, onCodes: [] }] },
  );
  expect((await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH })).status).toBe(200);
  expect(rig.calls[0]?.signedBy).toMatchObject({ account: SERVER, region: 'us-west-2' });
});

test('targets may have credentials and regions of their own', async () => {
  const url = await rig.mount({ targets: [{ aws: SERVER, region: 'eu-west-1' }, { apiKey: API_KEY }] });
  const seen = new Set<string>();
  for (let i = 0; i < 200 && seen.size < 2; i += 1) {
    expect((await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH })).status).toBe(200);
    const call = rig.bedrock.calls.at(-1);
    seen.add(call?.signedBy?.region ?? call?.headers.authorization ?? '');
  }
  expect([...seen].sort()).toEqual([`Bearer ${API_KEY}`, 'eu-west-1']);
});

test('a provider of one’s own is signed for its own service', async () => {
  const url = await rig.start({
    auth: { keys: { [OUR_KEY]: {} } },
    providers: { mine: { baseUrl: `${rig.bedrock.url}/prod`, aws: TEAM, region: 'eu-west-1', service: 'execute-api' } },
  });
  // Its callers' AWS headers mean nothing there.
  const headers = { ...AUTH, 'aws-access-key': SERVER.accessKeyId, 'aws-secret-key': SERVER.secretAccessKey };
  const answer = await fetch(`${url}/mine${CONVERSE}`, { ...ASKED, headers });
  expect(answer.status).toBe(200);
  expect(rig.calls[0]).toMatchObject({
    path: `/prod${CONVERSE}`,
    signedBy: { account: TEAM, region: 'eu-west-1', service: 'execute-api' },
  });
  expect(rig.calls[0]?.headers['aws-access-key']).toBeUndefined();
});

test('cached answers are for those who sign with the same credentials, in the same region', async () => {
  const url = await rig.mount({ aws: SERVER });
  const own = (account: typeof TEAM, secret = account.secretAccessKey): Record<string, string> => ({
    'aws-access-key': account.accessKeyId,
    'aws-secret-key': secret,
  });
  const ask = async (headers: Record<string, string>, region = 'us-west-2'): Promise<string> => {
    const init = { ...ASKED, headers: { ...AUTH, 'helicone-cache-enabled': 'true', ...headers } };
    const answer = await fetch(`${url}/v1/${region}/openai/v1/chat/completions`, init);
    return `${answer.status} ${answer.headers.get('helicone-cache')}`;
  };
  const signed = {
    authorization: `AWS4-HMAC-SHA256 Credential=${OUR_KEY}/20261121/r/bedrock/aws4_request, Signature=`,
  };
  expect(await ask({})).toBe('200 MISS');
  expect(await ask({})).toBe('200 HIT');
  // A signature is another one each time.
  expect(await ask({ authorization: `${signed.authorization}aa`, 'x-amz-date': '1' })).toBe('200 HIT');
  expect(await ask({ authorization: `${signed.authorization}bb`, 'x-amz-date': '2' })).toBe('200 HIT');
  expect(await ask({}, 'eu-west-1')).toBe('200 MISS');
  expect(await ask(own(TEAM))).toBe('200 MISS');
  expect(await ask(own(TEAM))).toBe('200 HIT');
  expect(await ask(own(TEAM, 'guessed'))).toBe('403 MISS');
  expect(rig.calls.map(({ signedBy }) => signedBy?.account.accessKeyId)).toEqual([
    SERVER.accessKeyId,
    SERVER.accessKeyId,
    TEAM.accessKeyId,
    undefined,
  ]);
});
