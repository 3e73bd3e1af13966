import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ByteStream, EngineResponse, Headers } from '@helicone-proxy/core';
import { cut } from './cut.js';
import { knowsWhatLeft } from './knows-what-left.js';

/** `compression()` adds `flush` to the response. */
type HostResponse = ServerResponse & { flush?: () => void };

/** How long the last event of a broken stream may take to leave, ms. */
const LAST_EVENT_MS = 1000;

/** An answer that is here as a whole. Its headers are those to set besides what the host has set already. */
export interface WholeAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** Headers as frameworks hold them, with lower-case names. */
export type HostHeaders = Record<string, OutgoingHttpHeader | undefined>;

/** What a framework does about the answer besides Node. All of it is optional: without, everything is written to `res`. */
export interface HostReply {
  /** Headers that the host's middleware has set so far, where the framework keeps them itself. Default: those of `res`. */
  hostHeaders?(): HostHeaders;
  /** Sends a whole answer by the framework's own means, so that its hooks see it. */
  reply?(answer: WholeAnswer): void;
  /** Called before anything leaves by `res`: from here on the framework must leave it alone. */
  takeOver?(): void;
  /** Called once after `takeOver`, when nothing more will be written. */
  sent?(): void;
}

/** Sends an answer to a client: the one writer of all frameworks. */
export function send(res: HostResponse, response: EngineResponse, host: HostReply = {}): void {
  const { status, headers, body } = response;
  if (res.destroyed || res.writableFinished || res.headersSent) {
    cancel(body, new Error('nobody is left to read the answer'));
    host.takeOver?.();
    host.sent?.();
    return;
  }
  const elsewhere = host.hostHeaders?.();
  keepHostHeaders(res, headers, elsewhere ?? res.getHeaders());
  if (host.reply !== undefined && body instanceof Uint8Array && isPlain(response)) {
    const { buffer, byteOffset, byteLength } = body;
    host.reply({ status, headers: headers as OutgoingHttpHeaders, body: Buffer.from(buffer, byteOffset, byteLength) });
    return;
  }
  if (elsewhere !== undefined) copyHostHeaders(elsewhere, headers);
  try {
    res.writeHead(status, headers as OutgoingHttpHeaders);
  } catch (fault) {
    // A header of the host's that cannot be sent. Nothing has left yet: the framework can say so still.
    cancel(body, fault as Error);
    throw fault;
  }
  host.takeOver?.();
  if (host.sent !== undefined) res.once('close', host.sent);
  if (body === null) res.end();
  else if (body instanceof Uint8Array) res.end(body);
  else sendStream(res, body);
}

function cancel(body: EngineResponse['body'], reason: Error): void {
  if (body !== null && !(body instanceof Uint8Array)) body.cancel(reason);
}

/** Frameworks add a content type where there is none, and take the body away from a status that should have none. */
function isPlain({ status, headers }: EngineResponse): boolean {
  return headers['content-type'] !== undefined && status >= 200 && !BODILESS.has(status);
}

const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function sendStream(res: HostResponse, body: ByteStream): void {
  const write = writerOf(res, body);
  let begun = false;
  const goOn = body.attach({
    write(bytes) {
      begun = true;
      const more = write(bytes);
      res.flush?.();
      return more;
    },
    end() {
      begun = true;
      res.end();
    },
    fail(_error, lastEvent) {
      begun = true;
      fail(res, lastEvent);
    },
  });
  // Never corked by hand: `end` while corked writes the last chunk first on Node 22 and 24.
  res.on('drain', goOn);
  // The head must not wait for the first token. When that is here already the two share a packet.
  if (!begun) res.flushHeaders();
}

/** Tells a stream of what has left, where it is known when that is. */
function writerOf(res: HostResponse, { release }: ByteStream): (bytes: Uint8Array) => boolean {
  if (release === undefined) return (bytes) => res.write(bytes);
  return (bytes) => (knowsWhatLeft(res) ? res.write(bytes, () => release(bytes)) : res.write(bytes));
}

/** A broken answer must look broken: `end()` would make it whole. */
function fail(res: HostResponse, lastEvent: Uint8Array | null): void {
  if (lastEvent === null || res.destroyed || res.writableNeedDrain) {
    cut(res);
    return;
  }
  const timer = setTimeout(() => cut(res), LAST_EVENT_MS);
  res.write(lastEvent, () => {
    clearTimeout(timer);
    cut(res);
  });
  res.flush?.();
}

/** Headers that describe the answer itself, so that a host's own value would be wrong. */
const OF_THE_ANSWER: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'cache-control',
  'x-accel-buffering',
]);

/** What the host's own middleware has set (CORS, request ids, helmet) goes before what the provider says of itself. */
function keepHostHeaders(res: ServerResponse, headers: Headers, set: HostHeaders): void {
  for (const name in set) {
    if (OF_THE_ANSWER.has(name)) {
      if (headers[name] === undefined) res.removeHeader(name);
    } else if (name === 'vary') headers.vary = [set.vary, headers.vary].flat().filter(Boolean).join(', ');
    else delete headers[name];
  }
}

/** A framework that is taken over leaves the headers that it keeps itself to us. */
function copyHostHeaders(set: HostHeaders, headers: Headers): void {
  for (const name in set) if (!OF_THE_ANSWER.has(name) && name !== 'vary') headers[name] = set[name] as Headers[string];
}
