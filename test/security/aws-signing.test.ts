// Whatever a caller does, the server's AWS credentials sign for the host of the options and for nobody unknown.
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BedrockProvider, startBedrockProvider } from '../e2e/bedrock-provider.js';
import { AUTH, bedrockRig, CONVERSE, OUR_KEY, SERVER, TEAM } from '../e2e/bedrock-rig.js';
import { listOf } from '../rig/fallback-list.js';

const rig = bedrockRig();
/** Where callers want signatures to go. */
let elsewhere: BedrockProvider;
beforeAll(async () => {
  elsewhere = await startBedrockProvider([SERVER, TEAM], []);
});
afterAll(() => elsewhere.close());

/** Sends a path as it is written here, dots and slashes included. */
function send(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    };
    request(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      .on('error', reject)
      .end('{"messages":[]}');
  });
}

/** A host with server-held credentials where callers may point anywhere. */
async function start(): Promise<string> {
  const region = 'us-west-2';
  const url = await rig.start({
    auth: { keys: { [OUR_KEY]: {} } },
    targets: { allow: [/http:\/\/(127\.0\.0\.1|localhost):\d+/], privateNetworks: true },
    providers: {
      bedrock: { baseUrl: `${rig.bedrock.url}/base`, aws: SERVER, region },
      openai: { baseUrl: rig.bedrock.url, aws: SERVER, region },
      'us-east-1': { baseUrl: elsewhere.url },
      v1: { baseUrl: elsewhere.url },
    },
  });
  return new URL(url).origin;
}

/** Nothing of the server's came to the other host. */
function expectNothing(): void {
  for (const call of elsewhere.calls) {
    expect(JSON.stringify(call)).not.toContain(SERVER.accessKeyId);
    expect(JSON.stringify(call)).not.toContain(SERVER.sessionToken);
  }
}

const CHAT = '/helicone/openai/v1/chat/completions';

test('headers that name another host', async () => {
  const url = await start();
  const port = new URL(elsewhere.url).port;
  const before = elsewhere.calls.length;
  const pointed: [string, Record<string, string>][] = [
    [`/helicone/gateway${CONVERSE}`, { 'helicone-target-url': elsewhere.url }],
    [`/helicone/gateway${CONVERSE}`, { 'helicone-target-url': `http://LOCALHOST:${port}` }],
    [`/helicone/gateway${CONVERSE}`, { 'helicone-target-url': rig.bedrock.url }],
    [CHAT, { 'helicone-openai-api-base': elsewhere.url }],
    [CHAT, { 'helicone-openai-api-base': rig.bedrock.url }],
    [`/helicone/bedrock${CONVERSE}`, listOf({ 'target-url': elsewhere.url })],
    [`/helicone/bedrock${CONVERSE}`, listOf({ 'target-url': `${rig.bedrock.url}/base` })],
    [`/helicone/bedrock/v1/eu-west-1${CONVERSE}`, listOf({ 'target-url': elsewhere.url })],
  ];
  for (const [path, headers] of pointed) expect(await send(url, path, { ...AUTH, ...headers })).toBe(403);
  const host = listOf({ 'target-url': elsewhere.url, headers: { host: new URL(rig.bedrock.url).host } });
  expect(await send(url, CHAT, { ...AUTH, ...host })).toBe(400);
  expectNothing();
  // Not even at the host of the options, where it was the caller who chose it.
  expect(rig.calls.filter(({ headers }) => headers.authorization?.includes(SERVER.accessKeyId))).toEqual([]);
  expect([elsewhere.calls.length - before, rig.calls.length]).toEqual([5, 3]);
});

test.each([
  `/helicone/bedrock/v1/us-east-1/../..${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1/%2e%2e/%2e%2e${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1%2f..%2f..${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1\\..\\..${CONVERSE}`,
  `/helicone/bedrock/v1/US-EAST-1${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1.evil.example${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1@evil.example${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-%31${CONVERSE}`,
  `/helicone/bedrock/v1/%EF%BD%95s-east-1${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1%00${CONVERSE}`,
])('%s: nowhere', async (path) => {
  const url = await start();
  expect(await send(url, path, AUTH)).toBe(400);
  expect(rig.calls).toEqual([]);
});

test.each([
  `/helicone/bedrock//v1/us-east-1${CONVERSE}`,
  `/helicone/bedrock/v1/us-east-1/${CONVERSE}`,
  '/helicone/bedrock/v1/us-east-1//evil.example/converse',
  `/helicone/bedrock/http://evil.example${CONVERSE}`,
  '/helicone/bedrock/%252e%252e/converse',
])('%s: below the base path of the options', async (path) => {
  const url = await start();
  expect(await send(url, path, AUTH)).toBeLessThan(500);
  expect(rig.calls.map((call) => [call.path.startsWith('/base/'), call.headers.host, call.signedBy?.account])).toEqual([
    [true, new URL(rig.bedrock.url).host, SERVER],
  ]);
});

test('providers of the options that are called like a region get nothing', async () => {
  const url = await start();
  const before = elsewhere.calls.length;
  await send(url, `/helicone/us-east-1${CONVERSE}`, AUTH);
  await send(url, `/helicone/v1/us-east-1${CONVERSE}`, AUTH);
  expect(elsewhere.calls.length - before).toBe(2);
  expectNothing();
});

test('nobody who is not known gets a signature', async () => {
  const region = 'us-west-2';
  const open = await rig.start({ providers: { bedrock: { baseUrl: rig.bedrock.url, aws: SERVER, region } } });
  const { origin } = new URL(open);
  for (const path of [CONVERSE, `/v1/eu-west-1${CONVERSE}`]) await send(origin, `/helicone/bedrock${path}`, {});
  const signed = {
    authorization: `AWS4-HMAC-SHA256 Credential=${SERVER.accessKeyId}/20261121/us-west-2/bedrock/aws4_request, SignedHeaders=host, Signature=00`,
  };
  await send(origin, `/helicone/bedrock${CONVERSE}`, signed);
  expect(rig.calls.map(({ signedBy, headers }) => [signedBy, headers['x-amz-security-token']])).toEqual([
    [null, undefined],
    [null, undefined],
    [null, undefined],
  ]);
});

test('a caller’s AWS keys go nowhere but into the signature for Bedrock', async () => {
  const url = await start();
  const own = {
    'helicone-auth': `Bearer ${OUR_KEY}`,
    'aws-access-key': TEAM.accessKeyId,
    'aws-secret-key': TEAM.secretAccessKey,
    'aws-session-token': 'team-session-token',
  };
  const fallbacks = listOf(
    { 'target-url': `${rig.bedrock.url}/base`, onCodes: [{ from: 400, to: 599 }] },
    { 'target-url': elsewhere.url, onCodes: [{ from: 400, to: 599 }] },
  );
  const before = elsewhere.calls.length;
  await send(url, `/helicone/us-east-1${CONVERSE}`, own);
  await send(url, `/helicone/gateway${CONVERSE}`, { ...own, 'helicone-target-url': elsewhere.url });
  await send(url, `/helicone/bedrock${CONVERSE}`, { ...own, ...fallbacks });
  const calls = elsewhere.calls.slice(before);
  expect(calls).toHaveLength(3);
  for (const text of [TEAM.accessKeyId, TEAM.secretAccessKey, 'team-session-token', SERVER.accessKeyId]) {
    expect(JSON.stringify(calls)).not.toContain(text);
  }
  expect(JSON.stringify(rig.calls)).not.toContain(TEAM.secretAccessKey);
});

test('what changes the body before it is sent is signed', async () => {
  const region = 'us-west-2';
  const openai = { baseUrl: rig.bedrock.url, aws: SERVER, region };
  const url = await rig.start({ auth: { keys: { [OUR_KEY]: {} } }, providers: { openai } });
  const body = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] };
  const headers = { ...AUTH, 'helicone-stream-usage': 'true' };
  const answer = await fetch(`${new URL(url).origin}/helicone/openai/openai/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  expect(JSON.parse(rig.calls[0]?.body ?? '')).toEqual({ ...body, stream_options: { include_usage: true } });
  expect(rig.calls[0]?.signedBy?.account).toEqual(SERVER);
});
