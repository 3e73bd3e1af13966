import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { createGate } from '../provider/gate.js';

export interface CallOptions {
  /** Default GET, with a body POST. */
  method?: string;
  headers?: Record<string, string | string[]>;
  /** Bytes go with a content-length, anything else chunked unless the headers say otherwise. */
  body?: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Default: a connection of its own. */
  agent?: Agent;
  /** Nothing is read of the answer's body until `resume`. */
  paused?: boolean;
  /** Takes the pieces of the answer's body, which are then not kept. */
  sink?: (chunk: Buffer) => void;
}

/** Head of an answer as the client got it. */
export interface ReceivedHead {
  status: number;
  statusText: string;
  /** Names and values in order, names as they were written. */
  rawHeaders: readonly (readonly [name: string, value: string])[];
  /** Value of a header, repeated ones joined by a comma and a space; undefined when it did not come. */
  header(name: string): string | undefined;
  /** Values of a header, in order. */
  all(name: string): string[];
}

/** An answer, read to its end. */
export interface Received extends ReceivedHead {
  body: Buffer;
  /** Pieces of the body as they came. */
  chunks: readonly Buffer[];
  /** False when the connection closed before the answer's end. */
  complete: boolean;
}

/** One call under way. */
export interface ClientCall {
  /** Resolves with the head. Rejects when the connection closes before it. */
  readonly head: Promise<ReceivedHead>;
  /** Resolves with all of it, also when it broke off. Rejects when the connection closes before the head. */
  readonly whole: Promise<Received>;
  /** Status codes of the informational answers that came before the head. */
  readonly informational: readonly number[];
  /** Resolves when at least `bytes` of the body have come. Rejects when the answer ends before. */
  received(bytes: number): Promise<Buffer>;
  /** Closes the connection, whatever it is doing. */
  abort(): void;
  /** Stops reading. */
  pause(): void;
  /** Reads on. */
  resume(): void;
}

/** Sends a request exactly as given: the URL is not normalised. */
export function call(url: string, options: CallOptions = {}): ClientCall {
  const { origin, path } = cut(url);
  const { hostname, port } = new URL(origin);
  const informational: number[] = [];
  const request = httpRequest({
    hostname,
    port,
    path,
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
    headers: options.headers ?? {},
    agent: options.agent ?? new Agent({ keepAlive: false }),
  });
  request.setNoDelay(true);
  request.on('information', ({ statusCode }) => informational.push(statusCode));
  const reader = new AnswerReader(request, options);
  void upload(request, options.body);
  return {
    head: reader.head,
    whole: reader.whole,
    informational,
    received: (bytes) => reader.received(bytes),
    abort: () => request.destroy(),
    pause: () => reader.pause(),
    resume: () => reader.resume(),
  };
}

/** Sends a request and reads the answer to its end. */
export function get(url: string, options: CallOptions = {}): Promise<Received> {
  return call(url, options).whole;
}

class AnswerReader {
  readonly head: Promise<ReceivedHead>;
  readonly whole: Promise<Received>;
  readonly #chunks: Buffer[] = [];
  readonly #keep: (chunk: Buffer) => void;
  #bytes = 0;
  #paused: boolean;
  #response: IncomingMessage | null = null;
  #ended = false;
  #progress = createGate();

  constructor(request: ClientRequest, { paused = false, sink }: CallOptions) {
    this.#paused = paused;
    this.#keep = sink ?? ((chunk) => this.#chunks.push(chunk));
    this.head = new Promise((resolve, reject) => {
      request.on('response', (response) => {
        this.#read(response);
        resolve(receivedHead(response));
      });
      request.on('error', reject);
      request.on('close', () => reject(new Error('the connection closed before the head')));
    });
    this.whole = this.head.then((head) => this.#whole(head));
    // Whoever cares awaits them.
    this.head.catch(() => this.#end());
    this.whole.catch(() => {});
  }

  async received(bytes: number): Promise<Buffer> {
    await this.head;
    while (this.#bytes < bytes) {
      if (this.#ended) throw new Error(`the answer ended after ${this.#bytes} bytes, ${bytes} were waited for`);
      await this.#progress.opened;
    }
    return Buffer.concat(this.#chunks);
  }

  pause(): void {
    this.#paused = true;
    this.#response?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#response?.resume();
  }

  #read(response: IncomingMessage): void {
    this.#response = response;
    response.on('data', (chunk: Buffer) => {
      this.#keep(chunk);
      this.#bytes += chunk.length;
      this.#step();
    });
    if (this.#paused) response.pause();
    response.on('error', () => {});
    response.on('end', () => this.#end());
    response.on('close', () => this.#end());
  }

  #end(): void {
    this.#ended = true;
    this.#step();
  }

  #step(): void {
    const step = this.#progress;
    this.#progress = createGate();
    step.open();
  }

  async #whole(head: ReceivedHead): Promise<Received> {
    while (!this.#ended) await this.#progress.opened;
    const complete = this.#response?.complete ?? false;
    return { ...head, body: Buffer.concat(this.#chunks), chunks: this.#chunks, complete };
  }
}

function receivedHead(response: IncomingMessage): ReceivedHead {
  const rawHeaders: [string, string][] = [];
  const flat = response.rawHeaders;
  for (let at = 0; at < flat.length; at += 2) rawHeaders.push([flat[at] as string, flat[at + 1] as string]);
  const all = (name: string): string[] =>
    rawHeaders.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return {
    status: response.statusCode as number,
    statusText: response.statusMessage as string,
    rawHeaders,
    all,
    header: (name) => (all(name).length === 0 ? undefined : all(name).join(', ')),
  };
}

async function upload(request: ClientRequest, body: CallOptions['body']): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    request.end(body);
    return;
  }
  const closed = new Promise<void>((resolve) => request.once('close', resolve));
  for await (const piece of body) {
    if (request.destroyed) return;
    // The callback, not `drain`: Node emits no drain any more once the answer has ended, while it still sends the request.
    await Promise.race([closed, new Promise<void>((resolve) => request.write(piece, () => resolve()))]);
  }
  if (!request.destroyed) request.end();
}

function cut(url: string): { origin: string; path: string } {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  return { origin, path: path === '' ? '/' : path };
}
