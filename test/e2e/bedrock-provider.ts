import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { awsEvent } from '../rig/aws-frame.js';

/** An account that the stand-in knows. */
export interface Account {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A call as Bedrock got it. */
export interface BedrockCall {
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whose signature it carries, and for which region and service; null: none, or one that does not verify. */
  signedBy: { account: Account; region: string; service: string } | null;
}

/** Stands in for Bedrock on loopback: takes what AWS would take, signatures checked with the AWS SDK's own code, or a bearer token. */
export interface BedrockProvider {
  url: string;
  readonly calls: readonly BedrockCall[];
  /** Statuses of the next answers; then 200. */
  failures: number[];
  close(): Promise<void>;
}

const USAGE = { inputTokens: 12, outputTokens: 5, totalTokens: 17 };

/** `tokens`: Bedrock API keys that it takes. */
export async function startBedrockProvider(
  accounts: readonly Account[],
  tokens: readonly string[],
): Promise<BedrockProvider> {
  const calls: BedrockCall[] = [];
  const provider: BedrockProvider = { url: '', calls, failures: [], close: async () => {} };
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [path = '', query = ''] = (req.url ?? '').split('?');
    const account = accounts.find(({ accessKeyId }) =>
      req.headers.authorization?.includes(`Credential=${accessKeyId}/`),
    );
    const asked = { method: req.method as string, path, query, headers: req.headers, body };
    const signedBy = account === undefined ? null : await verified(asked, account);
    calls.push({ path, query, headers: req.headers, body: body.toString(), signedBy });
    const taken = signedBy !== null || tokens.includes(req.headers.authorization?.replace(/^Bearer /, '') ?? '');
    const failure = taken ? provider.failures.shift() : 403;
    if (failure === undefined) answer(path, res);
    else
      json(res, failure, {
        message: failure === 403 ? 'The security token included in the request is invalid.' : 'no',
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider.close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return provider;
}

interface Asked {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

async function verified({ headers, body, ...asked }: Asked, account: Account): Promise<BedrockCall['signedBy']> {
  const [, day, region = '', service = '', names = ''] =
    /\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const time = String(headers['x-amz-date']);
  const now = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const isFresh = Math.abs(Date.now() - now) < 5 * 60_000 && time.startsWith(`${day}T`);
  const isWhole = headers['x-amz-content-sha256'] === createHash('sha256').update(body).digest('hex');
  if (!isFresh || !isWhole || headers['x-amz-security-token'] !== account.sessionToken) return null;
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]));
  const must = ['host', 'x-amz-date', ...(headers['content-type'] === undefined ? [] : ['content-type'])];
  if (must.some((name) => signed[name] === undefined)) return null;
  const signer = new SignatureV4({ credentials: account, region, service, sha256: Sha256 });
  const parameters = new URLSearchParams(asked.query);
  const query = Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
  const request = { ...asked, query, protocol: 'http:', hostname: '127.0.0.1', headers: signed, body };
  const own = await signer.sign(request, { signingDate: new Date(now) });
  return own.headers.authorization === headers.authorization ? { account, region, service } : null;
}

const INVOKED = {
  id: 'msg_bdrk_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-3-5-sonnet-20240620',
  content: [{ type: 'text', text: 'Olá 🌍' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 5 },
};

/** Bedrock has OpenAI's chat completions too, for some models. */
const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'openai.gpt-oss-20b-1:0',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
};

/** As Anthropic's models stream through Bedrock. */
const INVOKED_EVENTS = [
  {
    type: 'message_start',
    message: { ...INVOKED, content: [], stop_reason: null, usage: { input_tokens: 12, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Olá 🌍' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
  {
    type: 'message_stop',
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: 12,
      outputTokenCount: 5,
      invocationLatency: 9,
      firstByteLatency: 4,
    },
  },
];

const CONVERSE_EVENTS: [string, object][] = [
  ['messageStart', { role: 'assistant' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Olá ' } }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: '🌍' } }],
  ['contentBlockStop', { contentBlockIndex: 0 }],
  ['messageStop', { stopReason: 'end_turn' }],
  ['metadata', { usage: USAGE, metrics: { latencyMs: 9 } }],
];

function answer(path: string, res: ServerResponse): void {
  if (path.endsWith('/converse')) {
    const message = { role: 'assistant', content: [{ text: 'Olá 🌍' }] };
    json(res, 200, { output: { message }, stopReason: 'end_turn', usage: USAGE, metrics: { latencyMs: 9 } });
  } else if (path.endsWith('/invoke')) json(res, 200, INVOKED);
  else if (path.endsWith('/converse-stream')) stream(res, CONVERSE_EVENTS);
  else if (path.endsWith('/invoke-with-response-stream')) {
    stream(
      res,
      INVOKED_EVENTS.map((event) => ['chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }]),
    );
  } else if (path.endsWith('/openai/v1/chat/completions')) json(res, 200, COMPLETION);
  else json(res, 404, { message: 'no such operation' });
}

function json(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'r-1' }).end(JSON.stringify(body));
}

function stream(res: ServerResponse, events: [type: string, payload: object][]): void {
  res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r-1' });
  for (const [type, payload] of events) res.write(awsEvent(type, payload));
  res.end();
}
