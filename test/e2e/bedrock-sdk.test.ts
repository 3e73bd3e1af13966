// The AWS SDK through a mounted proxy to a stand-in that checks signatures with the SDK's own code.
import {
  type BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, test } from 'vitest';
import { bedrockClient, CONVERSATION, INVOCATION } from './bedrock-clients.js';
import {
  API_KEY,
  ASKED,
  AUTH,
  bedrockRig,
  CLIENT_API_KEY,
  CONVERSE,
  OUR_KEY,
  PATHS,
  SERVER,
  TEAM,
} from './bedrock-rig.js';

const rig = bedrockRig();
const DUMMY = { accessKeyId: 'AKIADUMMY00000000001', secretAccessKey: 'dummy-secret-key' };

/** The four operations; gives the text that each answered. */
async function askAll(client: BedrockRuntimeClient): Promise<string[]> {
  const plain = await client.send(new ConverseCommand(CONVERSATION));
  const streamed = await client.send(new ConverseStreamCommand(CONVERSATION));
  const pieces: string[] = [];
  for await (const event of streamed.stream ?? []) pieces.push(event.contentBlockDelta?.delta?.text ?? '');
  const invoked = await client.send(new InvokeModelCommand(INVOCATION));
  const response = await client.send(new InvokeModelWithResponseStreamCommand(INVOCATION));
  const chunks: string[] = [];
  for await (const { chunk } of response.body ?? []) {
    const event = JSON.parse(Buffer.from(chunk?.bytes ?? []).toString());
    chunks.push(event.delta?.text ?? '');
  }
  return [
    plain.output?.message?.content?.[0]?.text ?? '',
    pieces.join(''),
    JSON.parse(Buffer.from(invoked.body).toString()).content[0].text,
    chunks.join(''),
  ];
}

const ANSWERS = Array.from({ length: 4 }, () => 'Olá 🌍');
describe('our key as the access key id of an AWS SDK', () => {
  test('all four operations, signed by the server for the very host and path that they go to', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
    const client = bedrockClient(url, { credentials: { accessKeyId: OUR_KEY, secretAccessKey: 'anything' } });
    expect(await askAll(client)).toEqual(ANSWERS);
    expect(rig.calls.map(({ path }) => path)).toEqual(PATHS);
    for (const { signedBy, headers } of rig.calls) {
      expect(signedBy).toEqual({ account: SERVER, region: 'us-west-2', service: 'bedrock' });
      expect(JSON.stringify(headers)).not.toContain(OUR_KEY);
    }
    rig.expectRecords(await rig.host.records());
  });

  test('a region in the path is signed for, and is no part of what is called', async () => {
    const url = await rig.mount({ aws: SERVER });
    const credentials = { accessKeyId: OUR_KEY, secretAccessKey: 'anything', sessionToken: 'dummy-session-token' };
    expect(await askAll(bedrockClient(`${url}/v1/eu-central-2`, { credentials }))).toEqual(ANSWERS);
    for (const { signedBy } of rig.calls) expect(signedBy).toMatchObject({ account: SERVER, region: 'eu-central-2' });
    const records = await rig.host.records();
    rig.expectRecords(records);
    expect(JSON.stringify(records)).not.toContain('dummy-session-token');
  });

  test('a wrong one is refused', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
    await expect(askAll(bedrockClient(url, { credentials: DUMMY }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 401 },
    });
    expect(rig.calls).toEqual([]);
  });
});

test('our key as a bearer token, which AWS_BEARER_TOKEN_BEDROCK would be', async () => {
  const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
  const token = { token: OUR_KEY };
  const client = bedrockClient(url, { token, authSchemePreference: ['httpBearerAuth'] });
  expect(await askAll(client)).toEqual(ANSWERS);
  for (const { signedBy } of rig.calls) expect(signedBy?.account).toEqual(SERVER);
  rig.expectRecords(await rig.host.records());
});

describe('Helicone-Auth beside the client’s own credentials', () => {
  const auth = { 'helicone-auth': `Bearer ${OUR_KEY}` };

  test('a signature, which was made for our host, is replaced', async () => {
    const url = await rig.mount({
      aws: async () => ({ ...SERVER, expiration: new Date(), accountId: '1' }),
      region: 'us-west-2',
    });
    expect(await askAll(bedrockClient(url, { credentials: { ...DUMMY, sessionToken: 'theirs' } }, auth))).toEqual(
      ANSWERS,
    );
    for (const { signedBy } of rig.calls) expect(signedBy?.account).toEqual(SERVER);
    rig.expectRecords(await rig.host.records());
  });

  test('a Bedrock API key goes on as it came', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
    const token = { token: CLIENT_API_KEY };
    const client = bedrockClient(url, { token, authSchemePreference: ['httpBearerAuth'] }, auth);
    expect(await askAll(client)).toEqual(ANSWERS);
    for (const { headers, signedBy } of rig.calls) {
      expect(headers.authorization).toBe(`Bearer ${CLIENT_API_KEY}`);
      expect(signedBy).toBeNull();
    }
    rig.expectRecords(await rig.host.records());
  });

  test('a Bedrock API key of the server’s takes the place of a signature', async () => {
    const url = await rig.mount({ apiKey: API_KEY });
    expect(await askAll(bedrockClient(url, { credentials: DUMMY }, auth))).toEqual(ANSWERS);
    for (const { headers } of rig.calls) {
      expect(headers.authorization).toBe(`Bearer ${API_KEY}`);
      expect(headers['x-amz-date']).toBeUndefined();
    }
    rig.expectRecords(await rig.host.records());
  });

  test('aws-access-key and aws-secret-key sign, and go no further', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' });
    const keys = { 'aws-access-key': TEAM.accessKeyId, 'aws-secret-key': TEAM.secretAccessKey };
    expect(await askAll(bedrockClient(url, { credentials: DUMMY }, { ...auth, ...keys }))).toEqual(ANSWERS);
    for (const { headers, signedBy } of rig.calls) {
      expect(signedBy?.account).toEqual(TEAM);
      expect(Object.keys(headers).filter((name) => name.startsWith('aws-'))).toEqual([]);
    }
    rig.expectRecords(await rig.host.records());
  });
});

describe('callers whom nobody vouches for', () => {
  test('get no credentials of the server’s: their signature goes on, and is refused there', async () => {
    const url = await rig.mount({ aws: SERVER, region: 'us-west-2' }, { auth: undefined });
    await expect(askAll(bedrockClient(url, { credentials: DUMMY }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect((await fetch(`${url}${CONVERSE}`, ASKED)).status).toBe(403);
    expect(rig.calls.map(({ headers }) => headers.authorization?.includes(DUMMY.accessKeyId))).toEqual([
      true,
      undefined,
    ]);
  });

  test('may bring their own as Helicone has it', async () => {
    const url = await rig.mount({ region: 'us-west-2' }, { auth: undefined });
    const keys = {
      'aws-access-key': SERVER.accessKeyId,
      'aws-secret-key': SERVER.secretAccessKey,
      'aws-session-token': SERVER.sessionToken,
    };
    expect(await askAll(bedrockClient(`${url}/v1/ap-southeast-2`, { credentials: DUMMY }, keys))).toEqual(ANSWERS);
    for (const { signedBy } of rig.calls) expect(signedBy).toMatchObject({ account: SERVER, region: 'ap-southeast-2' });
    rig.expectRecords(await rig.host.records());
    const half = await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: { 'aws-access-key': 'AKIA' } });
    expect(half.status).toBe(400);
    expect(await half.json()).toMatchObject({ error: { code: 'invalid_header' } });
  });
});

test('what the AWS SDK has as a provider of credentials is taken as it is', async () => {
  const { config } = bedrockClient('http://127.0.0.1:1', { credentials: { ...SERVER } });
  const url = await rig.mount({ aws: config.credentials, region: 'us-west-2' });
  expect((await fetch(`${url}${CONVERSE}`, { ...ASKED, headers: AUTH })).status).toBe(200);
  expect(rig.calls[0]?.signedBy?.account).toEqual(SERVER);
});
