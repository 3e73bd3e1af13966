import { once } from 'node:events';
import { call, get } from '@helicone-proxy/testkit';
import { WebSocket } from 'ws';
import { CHAT_BODY, CHAT_PATH } from '../../rig/proxy-rig.ts';
import { CANARIES } from './canaries.ts';
import type { CanaryRig } from './canary-rig.ts';
import { plantLogs } from './plant-logs.ts';

type Ways = [headers: Record<string, string>, query: string][];

const OWN = CANARIES['Helicone-Auth'];
const AUTH = { 'Helicone-Auth': `Bearer ${OWN}` };
const BASIC = Buffer.from(`ada:${CANARIES['a user’s password']}`).toString('base64');

/** Shows every secret in every place where callers have some, to providers of every kind of luck. */
export async function plant(rig: CanaryRig): Promise<void> {
  await makeCalls(rig);
  await makeSignedCalls(rig);
  await makeRefusedCalls(rig);
  await makeGuidedCalls(rig);
  await callAndLeave(rig);
  await openSession(rig);
  await plantLogs(rig);
  await rig.proxy.flush();
}

async function ask(rig: CanaryRig, headers: Record<string, string>, path: string, body = CHAT_BODY): Promise<void> {
  const received = await get(rig.url + path, { headers: { 'content-type': 'application/json', ...headers }, body });
  rig.answers.push({
    received,
    ofProvider: path.includes('echo') && received.header('x-helicone-error') === undefined,
  });
}

async function makeCalls(rig: CanaryRig): Promise<void> {
  const credentials = {
    authorization: `Bearer ${CANARIES['a provider’s key in authorization']}`,
    'x-api-key': CANARIES['a provider’s key in x-api-key'],
    'api-key': CANARIES['a provider’s key in api-key'],
    'x-goog-api-key': CANARIES['a provider’s key in x-goog-api-key'],
    'x-auth-token': CANARIES['a header of people’s own'],
    cookie: `sid=${CANARIES['a cookie']}`,
    'proxy-authorization': `Basic ${CANARIES['a proxy’s password']}`,
  };
  const ways: Ways = [
    [AUTH, ''],
    [{ authorization: `Bearer ${OWN}` }, ''],
    [{ 'x-api-key': OWN }, ''],
    [{}, `?key=${OWN}`],
    [{ ...AUTH, ...credentials }, `?key=${CANARIES['a provider’s key in the query']}&a=1`],
    [{ authorization: `${credentials.authorization}, Bearer ${OWN}` }, ''],
    [{ ...AUTH, authorization: `Basic ${BASIC}` }, ''],
    [
      { ...AUTH, 'x-api-key': CANARIES['a key with signs'] },
      `?key=${encodeURIComponent(CANARIES['a key with signs'])}`,
    ],
  ];
  const places = ['openai', 'anthropic', 'groq', 'mistral', 'google', 'nowhere', 'tls', 'keyless'];
  const fates = [
    'fine',
    'reset',
    'silent',
    'cut',
    'error',
    'garbled',
    'garbled/chunk',
    'echo',
    'echo-stream/chat/completions',
  ];
  for (const place of places) {
    const here = place === 'openai' ? fates : ['fine', 'echo/messages'];
    for (const fate of here)
      for (const [headers, query] of ways) await ask(rig, headers, `/${place}/v1/${fate}${query}`);
  }
}

/** As an AWS SDK shows a key of ours, and as Helicone's clients give AWS credentials to sign with. */
async function makeSignedCalls(rig: CanaryRig): Promise<void> {
  const signature = (id: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00ff`,
    'x-amz-date': '20261121T000000Z',
    'x-amz-security-token': CANARIES['a session token of a signature'],
  });
  const given = {
    'aws-access-key': 'AKIACALLER0000000001',
    'aws-secret-key': CANARIES['a caller’s AWS secret'],
    'aws-session-token': CANARIES['a caller’s AWS session token'],
  };
  const ways = [
    signature(OWN),
    { ...AUTH, ...signature('AKIA0') },
    { ...AUTH, ...given },
    { ...AUTH, 'aws-secret-key': OWN },
  ];
  const paths = ['bedrock/model/echo', 'bedrock/model/garbled', 'bedrock/v1/eu-west-1/model/echo', 'google/v1/echo'];
  for (const path of paths) for (const headers of ways) await ask(rig, headers, `/${path}/converse`);
  await ask(rig, { ...AUTH, ...given, 'Helicone-Cache-Enabled': 'true' }, '/bedrock/model/fine/chat/completions');
}

/** Secrets where they do not belong: what describes a call is kept, and must not keep them. */
async function makeGuidedCalls(rig: CanaryRig): Promise<void> {
  const key = CANARIES['a provider’s key in authorization'];
  const shown = { ...AUTH, authorization: `Bearer ${key}` };
  const described = {
    'Helicone-User-Id': key,
    'Helicone-Property-Key': key,
    'Helicone-Session-Id': key,
    'Helicone-Session-Path': `/${key}`,
    'Helicone-Prompt-Id': key,
    'Helicone-Model-Override': key,
  };
  const body = JSON.stringify({ model: key, user: key, messages: [{ role: 'user', content: `my key is ${key}` }] });
  await ask(rig, { ...shown, ...described }, CHAT_PATH, body);
  await ask(rig, { ...shown, ...described, 'Helicone-Omit-Request': 'true' }, `/openai/v1/echo/${key}`, body);
  const entry = `Bearer ${CANARIES['a credential of a fallback']}`;
  const list = (code: number) =>
    JSON.stringify([
      { 'target-url': rig.provider.origin, headers: { authorization: entry }, onCodes: [code] },
      { 'target-url': rig.provider.origin, headers: { 'x-api-key': entry }, onCodes: [code] },
    ]);
  for (const fate of ['echo', 'error', 'cut', 'fine']) {
    await ask(rig, { ...shown, 'Helicone-Fallbacks': list(401) }, `/openai/v1/${fate}`);
    await ask(rig, { 'Helicone-Auth': 'Bearer falling-key' }, `/openai/v1/${fate}`);
    await ask(rig, { ...shown, 'Helicone-Cache-Enabled': 'true' }, `/openai/v1/${fate}/chat/completions`);
  }
  const retried = { 'Helicone-Retry-Enabled': 'true', 'Helicone-Retry-Num': '1', 'Helicone-Retry-Min-Timeout': '1' };
  await ask(rig, { ...shown, ...retried }, '/openai/v1/reset');
  const limited = { 'Helicone-Auth': 'Bearer limited-key', 'x-api-key': key, 'Helicone-User-Id': key };
  await ask(rig, limited, CHAT_PATH);
  await ask(rig, limited, CHAT_PATH);
  await ask(rig, shown, '/openai/v1/fine/chat/completions', '{"model":');
  await ask(rig, { ...shown, 'Helicone-Moderations-Enabled': 'true' }, CHAT_PATH, '{"messages":');
}

async function makeRefusedCalls(rig: CanaryRig): Promise<void> {
  const wrong = CANARIES['a key that is refused'];
  const target = `https://user:${CANARIES['a password in a target']}@api.openai.com`;
  const unread = `[{"target-url":"https://api.openai.com","headers":{"authorization":"${CANARIES['a credential in fallbacks that cannot be read']}"}`;
  const refused: [Record<string, string>, string][] = [
    [{ 'Helicone-Auth': `Bearer ${wrong}` }, CHAT_PATH],
    [{ authorization: `Bearer ${wrong}` }, CHAT_PATH],
    [{}, `${CHAT_PATH}?key=${wrong}`],
    [{ 'Helicone-Auth': 'Bearer narrow-key', 'x-api-key': wrong }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Omit-Request': 'perhaps' }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Key': wrong }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Target-Url': target }, '/gateway/v1/models'],
    [{ ...AUTH, 'Helicone-OpenAI-Api-Base': target }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Target-Url': `${target.replace('api.openai.com', 'evil.example')}` }, '/gateway/v1/models'],
    [{ ...AUTH, 'Helicone-Fallbacks': unread }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Fallbacks': `${unread}}]`.replace('"headers"', '"unknown"') }, CHAT_PATH],
    [{ ...AUTH, 'Helicone-Fallbacks': JSON.stringify([{ 'target-url': target, onCodes: [500] }]) }, CHAT_PATH],
    [AUTH, `/no-such-provider/v1?key=${wrong}`],
    [AUTH, `/openai/v1/../x?key=${wrong}`],
    [{ 'Helicone-Auth': `Bearer ${wrong}`.padEnd(5000, 'x') }, CHAT_PATH],
  ];
  for (const [headers, path] of refused) await ask(rig, headers, path);
  const rest = ['/api/v1/request/query', `/api/v1/none?key=${wrong}`, '/api/v1/request/no-uuid', '/metrics'];
  for (const path of rest) {
    for (const key of [wrong, OWN]) {
      const received = await get(rig.url + path, { headers: { authorization: `Bearer ${key}` } });
      rig.answers.push({ received, ofProvider: false });
    }
  }
}

async function callAndLeave(rig: CanaryRig): Promise<void> {
  const before = rig.provider.requests.length;
  const leaving = call(`${rig.url}/openai/v1/silent`, { headers: AUTH, body: '{}' });
  await rig.provider.request(before);
  const recorded = once(rig.proxy.events, 'record');
  leaving.abort();
  await leaving.whole.catch(() => {});
  // The proxy learns of it after we do; what comes next counts records.
  await recorded;
}

/** Its provider speaks no WebSockets, and says what it was sent. */
async function openSession(rig: CanaryRig): Promise<void> {
  const protocols = ['realtime', `openai-insecure-api-key.${CANARIES['a key among the subprotocols']}`];
  const path = '/openai/v1/echo/realtime?model=gpt-realtime';
  const socket = new WebSocket(rig.url.replace('http', 'ws') + path, protocols, { headers: AUTH });
  const recorded = once(rig.proxy.events, 'record');
  socket.on('error', () => {});
  await recorded;
}
