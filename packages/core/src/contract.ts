// What the engine speaks: plain records in the shapes that Node and undici already use. Types only; this file imports
// nothing but a type, so an adapter or a stage can be read and tested without a socket.
import type { Call } from './call.js';

/** HTTP headers with lower-case names; a repeated header is an array, in order. */
export type Headers = Record<string, string | string[] | undefined>;

/**
 * Tells that the client is gone. An `AbortSignal` is one; so is a lighter object with these three members, since a signal per
 * request was measured to cost more in garbage collection than all stages together.
 */
export interface ClientSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: { handleEvent(): void }): void;
  removeEventListener(type: 'abort', listener: { handleEvent(): void }): void;
}

/** A request body that was not read yet. It is read once, piece by piece or whole. */
export interface UnreadBody extends AsyncIterable<Uint8Array> {
  /** All of it, for a source that can give it at less cost than in pieces. Rejects when the client leaves first. */
  whole?(): Promise<Uint8Array>;
}

/** One HTTP request, below the mount prefix. */
export interface EngineRequest {
  /** Upper-case method. */
  method: string;
  /** Path of the proxy itself on its host, without a slash at its end; links in answers that lead back here begin with it. */
  prefix?: string;
  /** Whether the client's connection is encrypted. */
  secure?: boolean;
  /** Path below the prefix, raw as the client sent it, starting with `/`. */
  path: string;
  /** Raw query without its `?`; empty when there is none. */
  query: string;
  headers: Headers;
  /** Whole bytes, a body that is still to be read, or null when the request has none. */
  body: Uint8Array | UnreadBody | null;
  /**
   * Set when the request asks to become a WebSocket. `body` is then a `ByteStream`: what the client sends on the connection, to be
   * read only when an answer of status 101 is there, whose body is what goes to the client.
   */
  upgrade?: 'websocket';
  /** Aborts when the client is gone. */
  signal: ClientSignal;
  /** Address of the peer, as the socket reports it. */
  remoteAddress?: string;
  /** What the door noticed about the request and the caller should know, for `Helicone-Warning`. */
  warnings?: string[];
  /** Node's request, handed to a user's `Authenticate` and looked at by nobody else. */
  raw?: unknown;
  /** The framework's own request or context, handed to a user's `Authenticate` and looked at by nobody else. */
  host?: unknown;
}

/** One HTTP answer. A stream is consumed at most once. */
export interface EngineResponse {
  status: number;
  headers: Headers;
  body: Uint8Array | ByteStream | null;
}

/** Sees every chunk of a stream, in order, while it passes. Called synchronously, so it must be quick; what it throws is dropped. */
export interface ByteObserver {
  chunk?(bytes: Uint8Array): void;
  /** Called once: without an error when the whole stream was handed on, else with what ended it. */
  end(error?: Error): void;
}

/** Where a stream is written without a promise per chunk. */
export interface ByteSink {
  /** Returns false when the sink is full; the stream pauses until `resume` of its attachment is called. */
  write(bytes: Uint8Array): boolean;
  end(): void;
  /** The stream broke. `lastEvent` is what may still be said to the client, in its provider's dialect. */
  fail(error: Error, lastEvent: Uint8Array | null): void;
}

/** A body that arrives over time. It is either iterated or attached to a sink, once. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  observe(observer: ByteObserver): void;
  /** Pushes into `sink`; returns the function that tells the stream to go on after `write` returned false. */
  attach(sink: ByteSink): () => void;
  /** Gives the stream up and closes what feeds it. */
  cancel(reason: Error): void;
  /** Told of bytes that have left, by a sink that knows and does not look at them again: what holds them can be freed at once. */
  release?(bytes: Uint8Array): void;
}

/** One step of a call. `next` may be called again: that is how a retry works. */
export type Stage = (call: Call, next: () => Promise<EngineResponse>) => Promise<EngineResponse>;
