import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAnswerer } from './answer.js';
import { anthropicMessages } from './anthropic-messages.js';
import { type Dialect, errorBody, errorFor, type StandInError } from './errors.js';
import { openaiChat } from './openai-chat.js';
import { embed } from './openai-embeddings.js';
import { openaiResponses } from './openai-responses.js';
import { asObject, type JsonObject, type StandInApi } from './question.js';

export interface StandInOptions {
  /** Before an answer begins, ms. Default 25. */
  firstByteMs?: number;
  /** Between the events of a stream, ms. Default 4. */
  eventMs?: number;
  /** Awaited before each event of a stream, counted from 0: lets a test hold a stream where it wants it. */
  beforeEvent?: (index: number) => Promise<void> | void;
}

/** A request as the stand-in got it. */
export interface StandInRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: NodeJS.Dict<string | string[]>;
  body: JsonObject;
}

/** A provider on loopback that speaks OpenAI's and Anthropic's APIs and reports usage as they do. */
export interface StandIn {
  /** Origin; both APIs live under its `/v1`. */
  url: string;
  /** What came in, oldest first. */
  requests: StandInRequest[];
  close(): Promise<void>;
}

const APIS: Record<string, StandInApi> = {
  '/v1/chat/completions': openaiChat,
  '/v1/responses': openaiResponses,
  '/v1/messages': anthropicMessages,
};

/** Starts a stand-in on a free port. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { firstByteMs = 25, eventMs = 4, beforeEvent = () => undefined } = options;
  const answer = createAnswerer();
  const requests: StandInRequest[] = [];

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname } = new URL(req.url as string, 'http://stand-in');
    const dialect: Dialect = pathname.startsWith('/v1/messages') ? 'anthropic' : 'openai';
    const body = await readJson(req);
    requests.push({ method: req.method as string, url: req.url as string, headers: req.headers, body: body ?? {} });
    res.setHeader(dialect === 'openai' ? 'x-request-id' : 'request-id', `req_${requests.length}`);
    await delay(firstByteMs);
    const api = APIS[pathname];
    if (api === undefined && pathname !== '/v1/embeddings') {
      return sendError(res, dialect, { status: 404, message: `Unknown request URL: ${pathname}`, code: 'unknown_url' });
    }
    const error =
      body === null ? { status: 400, message: 'The body is not JSON.', code: null } : errorFor(req.headers, body.model);
    if (body === null || error !== null) return sendError(res, dialect, error as StandInError);
    if (api === undefined) return sendJson(res, 200, embed(body));
    const question = api.ask(body);
    if (!question.stream) return sendJson(res, 200, api.whole(answer(question)));
    await sendStream(res, api.events(answer(question), question));
  }

  async function sendStream(res: ServerResponse, events: string[]): Promise<void> {
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    for (const [index, event] of events.entries()) {
      await beforeEvent(index);
      if (res.destroyed) return;
      res.write(event);
      await delay(eventMs);
    }
    res.end();
  }

  const server = createServer((req, res) => {
    // A client that leaves in the middle is none of the stand-in's business.
    handle(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readJson(req: IncomingMessage): Promise<JsonObject | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  try {
    return asObject(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    return null;
  }
}

function sendError(res: ServerResponse, dialect: Dialect, error: StandInError): void {
  if (error.status === 429) res.setHeader('retry-after', '1');
  sendJson(res, error.status, errorBody(dialect, error));
}

function sendJson(res: ServerResponse, status: number, body: JsonObject): void {
  const bytes = Buffer.from(JSON.stringify(body));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}
