import type { IncomingMessage } from 'node:http';
import { stringify } from 'node:querystring';
import { type EngineRequest, type Headers, ProxyError, type UnreadBody } from '@helicone-proxy/core';

/** What a body parser has left: bytes or text, or what it made of them. */
interface Parsed {
  body?: unknown;
  rawBody?: unknown;
}

/** The request's body wherever it is now, and the headers that go with it. */
export type TakenBody = Pick<EngineRequest, 'body' | 'headers'> & { warnings: string[] };

/**
 * Finds the body of a request: on its unread stream, or where a parser that ran before us left it. Waiting for a stream that
 * somebody else has read would hang for ever.
 */
export function takeBody(req: IncomingMessage, holder: object = req): TakenBody {
  const headers = req.headers as Headers;
  if (!req.readableDidRead) {
    const declared = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
    // HTTP/2 needs neither header.
    const hasBody = declared || (req.httpVersionMajor > 1 && !req.complete);
    return { body: hasBody ? unread(req) : null, headers, warnings: [] };
  }
  const parsed: Parsed = holder;
  const raw = bytesOf(parsed.rawBody) ?? bytesOf(parsed.body);
  if (raw !== null) return reread(raw, headers, []);
  const type = headers['content-type'];
  const { body } = parsed;
  const encoded = typeof body === 'object' && body !== null ? encode(body, String(type ?? '')) : null;
  if (encoded === null) return { body: unreadable(), headers, warnings: [] };
  return reread(encoded, headers, ['body: it was parsed before this proxy and encoded again, so its bytes may differ']);
}

/** Reading whole goes by events: iterating over a request costs about as much as forwarding it. */
function unread(req: IncomingMessage): UnreadBody {
  return {
    [Symbol.asyncIterator]: () => pieces(req),
    whole: () =>
      new Promise((resolve, reject) => {
        // It may have left while `auth` was asked; then no event comes any more.
        if (req.destroyed) return reject(new Error('the client closed the connection'));
        const chunks: Buffer[] = [];
        req.on('data', (chunk: Buffer) => chunks.push(chunk));
        req.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
        req.on('error', reject);
        // A client that leaves need not cause an error event. Every request closes, so no error is made for nothing.
        // HTTP/2 calls a request complete that was given up, too.
        req.on('close', () => {
          if (!req.complete || req.aborted) reject(new Error('the client closed the connection'));
        });
      }),
  };
}

async function* pieces(req: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    // Left early when the provider has answered before it read everything: destroying the request would cut the answer.
    yield* req.iterator({ destroyOnReturn: false });
  } finally {
    // What the client still sends is read and dropped, so that its connection can be used again.
    req.resume();
  }
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Buffer.from(value) : null;
}

function encode(body: object, type: string): Uint8Array | null {
  if (/^application\/(.+\+)?json/i.test(type)) return Buffer.from(JSON.stringify(body));
  if (/^application\/x-www-form-urlencoded/i.test(type) && Object.values(body).every(isFlat)) {
    return Buffer.from(stringify(body as Record<string, string | string[]>));
  }
  return null;
}

/** Whether a form field goes back into a form as it came; nested objects have no one spelling. */
function isFlat(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

/** Parsers inflate, so the coding that the client declared is gone, and with it the length. */
function reread(body: Uint8Array, given: Headers, warnings: string[]): TakenBody {
  const headers: Headers = { ...given, 'content-length': String(body.length) };
  delete headers['content-encoding'];
  delete headers['transfer-encoding'];
  return { body, headers, warnings };
}

function unreadable(): AsyncIterable<Uint8Array> {
  const fault = new ProxyError(
    'invalid_body',
    'the request body was read by other middleware and left nowhere: mount helicone-proxy before it, or keep req.rawBody',
  );
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(fault) }) };
}
