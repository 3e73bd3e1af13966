import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { GoldenAnswer, GoldenCase } from './golden-case.js';

/** How the bytes of a case are sent, beside as they stand. */
export interface Variant {
  /** Ends of lines in events. Default `\n`. */
  lineEnd?: '\n' | '\r' | '\r\n';
  /** A byte order mark in front. */
  bom?: boolean;
  /** A comment in front of each event. */
  comments?: boolean;
  gzip?: boolean;
  /** Where the bytes are cut: at `first`, and from there on after every so many bytes. Default: in one piece. */
  cut?: { first: number; every: number };
}

const TYPES = {
  json: 'application/json',
  sse: 'text/event-stream; charset=utf-8',
  array: 'application/json; charset=UTF-8',
  frames: 'application/vnd.amazon.eventstream',
} as const;

/** The bytes of an answer. */
export function bytesOf(answer: GoldenAnswer, { lineEnd = '\n', bom = false, comments = false }: Variant = {}): Buffer {
  switch (answer.kind) {
    case 'json':
      return Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    case 'sse': {
      const events = answer.events.map((event) => `${comments ? ': keep-alive\n\n:\n' : ''}${event}\n\n`).join('');
      return Buffer.from((bom ? '\uFEFF' : '') + events.replaceAll('\n', lineEnd));
    }
    case 'ndjson':
      return Buffer.from(answer.lines.map((line) => line + lineEnd).join(''));
    case 'array':
      return Buffer.from(`[${answer.elements.join(',\r\n')}]`);
    case 'frames':
      return Buffer.concat(answer.frames);
    case 'bytes':
      return Buffer.from(answer.bytes);
  }
}

/** A provider that answers each request with the case and in the variant that its headers name. */
export interface GoldenProvider {
  origin: string;
  close(): Promise<void>;
}

/** Header with the index of the case, and the one with the variant as JSON. */
export const CASE_HEADER = 'x-golden-case';
export const VARIANT_HEADER = 'x-golden-variant';

export async function startGoldenProvider(cases: readonly GoldenCase[]): Promise<GoldenProvider> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => answer(cases, request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(cases: readonly GoldenCase[], { headers }: IncomingMessage, response: ServerResponse): void {
  const golden = cases[Number(headers[CASE_HEADER])] as GoldenCase;
  const variant = JSON.parse(String(headers[VARIANT_HEADER])) as Variant;
  const plain = bytesOf(golden.answer, variant);
  const bytes = variant.gzip ? gzipSync(plain) : plain;
  const { answer: given } = golden;
  response.writeHead(golden.status ?? 200, {
    'content-type': 'type' in given ? given.type : TYPES[given.kind],
    ...(variant.gzip ? { 'content-encoding': 'gzip' } : {}),
    ...golden.headers,
  });
  // Each write is a chunk of its own (RFC 9112 section 7.1), whatever packets it comes in.
  for (const piece of pieces(bytes, variant.cut)) response.write(piece);
  response.end();
}

function* pieces(bytes: Buffer, cut: Variant['cut']): Generator<Buffer> {
  const { first, every } = cut ?? { first: bytes.length, every: bytes.length };
  if (bytes.length > 0) yield bytes.subarray(0, first);
  for (let at = first; at < bytes.length; at += every) yield bytes.subarray(at, at + every);
}
