import { gzipSync } from 'node:zlib';
import type { Answer, Exchange, Framing } from '@helicone-proxy/testkit';

type HeaderList = readonly (readonly [name: string, value: string])[];

/** One answer of a provider. */
export interface SurfaceAnswer {
  status: number;
  headers: HeaderList;
  framing: Framing;
  /** What is sent, a packet each. */
  pieces: readonly (string | Uint8Array)[];
}

/** Builds answers that all have the headers which a provider puts on each of its own. */
export interface AnswerBuilder {
  json(value: unknown, status?: number, headers?: HeaderList): SurfaceAnswer;
  /** JSON, compressed as the SDKs ask for it. */
  gzip(value: unknown): SurfaceAnswer;
  /** An event stream; each text is one event's block, without its blank line. */
  events(blocks: readonly string[]): SurfaceAnswer;
  /** Bytes of any type, in packets of 16 KB. */
  bytes(type: string, content: Uint8Array | string): SurfaceAnswer;
}

/** Audio, images and files come in packets of this size, bytes. */
const PACKET = 16_384;

export function answersWith(provider: HeaderList): AnswerBuilder {
  const typed = (type: string, more: HeaderList = []): HeaderList => [['content-type', type], ...provider, ...more];
  const json = (value: unknown, status = 200, headers: HeaderList = []): SurfaceAnswer => ({
    status,
    headers: typed('application/json', headers),
    framing: 'length',
    // As the providers write it, which is not how JSON.stringify would.
    pieces: [`${JSON.stringify(value, null, 2)}\n`],
  });
  return {
    json,
    gzip(value) {
      const { pieces, ...answer } = json(value);
      const headers: HeaderList = [...answer.headers, ['content-encoding', 'gzip']];
      return { ...answer, headers, framing: 'chunked', pieces: [gzipSync(pieces[0] as string)] };
    },
    events: (blocks) => ({
      status: 200,
      headers: typed('text/event-stream; charset=utf-8'),
      framing: 'chunked',
      pieces: blocks.map((block) => `${block}\n\n`),
    }),
    bytes: (type, content) => ({
      status: 200,
      headers: typed(type),
      framing: 'chunked',
      pieces: packets(Buffer.from(content)),
    }),
  };
}

/** An answer of the testkit as it is. */
export function published({ headers, events, body }: Answer): SurfaceAnswer {
  return { status: 200, headers, framing: 'chunked', pieces: events.length > 0 ? events : [body] };
}

/** Events whose data is a value each, as OpenAI's chat streams have them. */
export function dataBlocks(values: readonly object[]): string[] {
  return [...values.map((value) => `data: ${JSON.stringify(value)}`), 'data: [DONE]'];
}

/** An event that says itself what it is. */
export interface TypedEvent {
  type: string;
  [field: string]: unknown;
}

/** Events that are named after their own `type`. */
export function typedBlocks(values: readonly TypedEvent[]): string[] {
  return values.map((value) => `event: ${value.type}\ndata: ${JSON.stringify(value)}`);
}

/** How many bytes an answer's body has on the wire. */
export function bodyLength({ pieces }: SurfaceAnswer): number {
  return pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
}

/** Gives the requests their answers, one after the other, each once its request is whole. */
export function answerInTurn(answers: readonly SurfaceAnswer[]): (exchange: Exchange) => Promise<void> {
  let turn = 0;
  return async (exchange) => {
    const answer = answers[turn++];
    await exchange.request.ended;
    if (answer === undefined) throw new Error(`request ${turn} (${exchange.request.target}) was not expected`);
    const { pieces, ...head } = answer;
    await exchange.respond(head, pieces);
  };
}

/** Bytes that are no text: every value comes, and no two KB are the same. */
export function media(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => at * 31 + (at >> 8) * 7 + (at >> 16) * 3));
}

function packets(content: Buffer): Buffer[] {
  const list: Buffer[] = [];
  for (let at = 0; at < content.length; at += PACKET) list.push(content.subarray(at, at + PACKET));
  return list;
}
