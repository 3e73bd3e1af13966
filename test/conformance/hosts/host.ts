import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';

/**
 * A body parser that runs before the proxy. `usual`: the framework's own, as it comes. `keeps bytes` and `drops bytes`: of JSON,
 * beside what it parsed. `consumed` reads the body and keeps nothing.
 */
export type Parser = 'usual' | 'keeps bytes' | 'drops bytes' | 'raw' | 'text' | 'form' | 'nested form' | 'consumed';

export type BodyKind = 'json' | 'form' | 'text' | 'other';

/** What a parser does with requests that are the proxy's. */
export interface ParserFacts {
  /** Content types that it reads; bodies of others stay unread. */
  reads: readonly BodyKind[];
  /** What it leaves of them: bytes (or text), what they mean, or nothing. */
  leaves: 'bytes' | 'meaning' | 'nothing';
  /** A longer body gets the host's 413. Default: no limit. */
  maxBytes?: number;
}

/** A line of the host's access log. */
export interface AccessLine {
  method: string;
  url: string;
  status: number;
}

/** What the host's own application does around the proxy. */
export interface HostSetup {
  parser?: Parser;
  /** Paths that the proxy is mounted at, one in the other; default none, so that it answers under `/helicone`. */
  mount?: string | readonly string[];
  compression?: boolean;
  /** Response headers that middleware of the host sets on every answer. */
  headers?: Record<string, string>;
  /** The host answers preflights, and allows `CORS_ORIGIN` on every answer. */
  cors?: boolean;
  /** The host believes the headers of reverse proxies in front of it. */
  trustsProxy?: boolean;
  /** Told of every answer when it is over, by the means that the framework's own loggers use. */
  log?(line: AccessLine): void;
  /** Told the body of a whole answer, where the framework shows it to middleware. */
  sees?(body: unknown): void;
  /** Middleware before the proxy fails for requests with the header `x-host-fails`. */
  fails?: boolean;
  /** Upgrades come to the proxy, by the option where the adapter has it. */
  webSockets?: boolean;
  /** Another proxy in the same application, with these options and mounted here. */
  second?: { options: HeliconeProxyOptions; mount: string };
}

export interface RunningHost {
  /** Where the proxy answers: origin and prefix. */
  url: string;
  /** A route of the host's own, which answers a POST with `{"own":<parsed body>}`. */
  ownUrl: string;
  proxy: HeliconeProxy;
  /** Cuts all connections and closes the proxy. */
  close(): Promise<void>;
}

/** A framework with the proxy in it, and what is true of it whatever it runs. */
export interface Host {
  name: string;
  /** Another version of a framework that is in the list; long cases leave it out. */
  older?: boolean;
  parsers: Readonly<Partial<Record<Parser, ParserFacts>>>;
  /** Its router answers 400 to paths that cannot be decoded, before anybody is asked. */
  refusesUndecodablePaths?: boolean;
  /** It answers 415 to a content-type that is none, before anybody is asked. */
  refusesInvalidContentTypes?: boolean;
  /** Its own log has no line for an answer that was cut short. */
  logsOnlyWholeAnswers?: boolean;
  /** Its middleware gets to see the bodies of whole answers. */
  showsBodies?: boolean;
  start(options: HeliconeProxyOptions, setup?: HostSetup): Promise<RunningHost>;
}

/** What the host answers to what is not the proxy's. */
export const NO_SUCH_PAGE = 'the host has no such page';

export const CORS_ORIGIN = 'https://app.example';

/** Middleware as Node and Express know it. */
export type Step = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
