import type { EngineRequest, EngineResponse, RecordStore, SigningKeys } from '@helicone-proxy/core';
import type { ZodType, z } from 'zod';
import type { ApiCaller, ApiOptions } from './create-api.js';

/** What a handler works with. */
export interface RouteContext<Body = undefined, Query = undefined> {
  request: EngineRequest;
  /** The body, checked; undefined where the route takes none. */
  body: Body;
  /** The query, checked; undefined where the route takes none. */
  query: Query;
  records: RecordStore;
  /** Whose records the caller may see; empty on open routes. */
  tenant: string;
  /** Null on open routes. */
  caller: ApiCaller | null;
  /** Decoded segments that the pattern names. */
  params: Readonly<Record<string, string>>;
  /** What the API was made with. */
  options: ApiOptions;
  /** Secrets of links that need no key. */
  signing: SigningKeys;
}

/** An answer without the envelope: what a handler returns instead of data. */
export class PlainAnswer {
  readonly response: EngineResponse;

  constructor(response: EngineResponse) {
    this.response = response;
  }
}

/** One operation: what it takes and gives, for checking, and for the OpenAPI document. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments below `/api`; one that starts with `:` matches any segment that is not empty. */
  pattern: string;
  /** What a caller needs to be allowed: to read records, only to say something of them, or nothing (`open`). */
  access: 'read' | 'write' | 'open';
  /** Heading in the OpenAPI document. */
  tag: string;
  /** One sentence for the OpenAPI document. */
  summary: string;
  /** The JSON body; left out: the handler reads what there is by itself. */
  body?: ZodType;
  /** Media types of a body that the handler reads by itself, separated by `, `. */
  takes?: string;
  /** The query, as an object of texts. */
  query?: ZodType;
  /** What stands in `data`. Left out: the answer has no envelope, and `plain` or `answers` says what it is. */
  data?: ZodType;
  /** An answer without an envelope that is JSON. */
  plain?: ZodType;
  /** Media types of an answer without an envelope, separated by `, `. */
  answers?: string;
  /** Status of success. Default 200. */
  status?: number;
  /** Resolves what goes into `data`, or a `PlainAnswer`. @throws {ApiError} for any other answer. */
  handle(context: RouteContext<never, never>): Promise<unknown>;
}

/** Declares a route, with the types of its handler's context told by its schemas. */
export function route<Body extends ZodType | undefined = undefined, Query extends ZodType | undefined = undefined>(
  declared: Omit<Route, 'handle' | 'body' | 'query'> & {
    body?: Body;
    query?: Query;
    handle(context: RouteContext<Checked<Body>, Checked<Query>>): Promise<unknown>;
  },
): Route {
  return declared as unknown as Route;
}

type Checked<Schema> = Schema extends ZodType ? z.output<Schema> : undefined;
