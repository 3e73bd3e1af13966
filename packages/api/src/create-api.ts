import {
  type Caller,
  createSigningKeys,
  type EngineRequest,
  type EngineResponse,
  type ErrorCode,
  type Intake,
  InvalidFilter,
  type ListedPrice,
  type RecordStore,
  type Webhooks,
} from '@helicone-proxy/core';
import { ApiError } from './api-error.js';
import { readJson } from './input/read-json.js';
import { readQuery } from './input/read-query.js';
import { JSON_HEADERS } from './json-headers.js';
import { PlainAnswer, type Route, type RouteContext } from './route.js';
import { createRouter } from './router.js';
import { ROUTES } from './routes.js';
import { createTurns } from './turns.js';

export interface ApiOptions {
  records: RecordStore;
  /** What providers charge now; left out: no models are known. */
  prices?(): Promise<readonly ListedPrice[]>;
  /** Takes logs of calls that were made elsewhere; left out: there is no such path. */
  intake?: Pick<Intake, 'accept'>;
  /** Left out: there are none. */
  webhooks?: Webhooks;
  /** Whether policy keeps a caller from setting a header (lower-case): what it says of a record cannot be changed afterwards either. */
  bars?(caller: Pick<Caller, 'policy'>, header: string): boolean;
  /** Told what went wrong inside when the answer is 503; callers see a fixed message. */
  failed?(error: unknown, request: EngineRequest): void;
}

/** Who asks. */
export interface ApiCaller {
  tenant: string;
  /** Keys that only log may change records, but not read them. */
  canRead: boolean;
  /** User of the caller's key, and the policy that it stands under: for what the caller logs. */
  userId?: Caller['userId'];
  policy?: Caller['policy'];
}

export interface Api {
  /**
   * Answers a request with a path below `/api`, such as `/v1/request/query`. `identify` is asked who calls, except on routes
   * that are open to anybody. Rejects only with what `identify` or `failed` throw.
   */
  handle(request: EngineRequest, identify: () => ApiCaller | Promise<ApiCaller>): Promise<EngineResponse>;
}

/** REST over a record store, with Helicone's paths and its `{ data, error }`, but with true status codes. */
export function createApi(options: ApiOptions): Api {
  const router = createRouter(ROUTES);
  const { records } = options;
  const signing = createSigningKeys(() => records.documents);
  const turns = createTurns();
  return {
    async handle(given, identify) {
      // HTTP has HEAD wherever there is GET: RFC 9110, section 9.1.
      if (given.method !== 'HEAD') return await answered(given, identify);
      return withoutBody(await answered({ ...given, method: 'GET' }, identify));
    },
  };

  async function answered(request: EngineRequest, identify: Parameters<Api['handle']>[1]): Promise<EngineResponse> {
    let found: ReturnType<typeof router> | null = null;
    let caller: ApiCaller | null = null;
    try {
      found = router(request.method, request.path);
    } catch (error) {
      // Who may not call learns nothing of what there is.
      await identify();
      if (error instanceof ApiError) return refused(error);
      throw error;
    }
    const { route, params } = found;
    if (route.access !== 'open') caller = await identify();
    try {
      if (route.access === 'read' && caller?.canRead !== true) throw readForbidden();
      const context = await contextOf(route, { request, records, caller, params, options, signing });
      const { tenant } = context;
      const { signal } = request;
      const data = await (route.access === 'read'
        ? turns({ tenant, signal }, () => route.handle(context))
        : route.handle(context));
      if (data instanceof PlainAnswer) return data.response;
      return answer(route.status ?? 200, { data: data ?? null, error: null });
    } catch (error) {
      if (error instanceof ApiError) return refused(error);
      if (error instanceof InvalidFilter) return answer(400, { data: null, error: error.message });
      options.failed?.(error, request);
      return answer(503, { data: null, error: 'The record store is not available' });
    }
  }
}

function withoutBody({ body, ...head }: EngineResponse): EngineResponse {
  if (body !== null && !(body instanceof Uint8Array)) body.cancel(new Error('only the head was asked for'));
  return { ...head, body: null };
}

async function contextOf(
  route: Route,
  given: Omit<RouteContext, 'body' | 'query' | 'tenant'>,
): Promise<RouteContext<never, never>> {
  const { request, caller } = given;
  const query = route.query === undefined ? undefined : readQuery(request.query, route.query);
  const body = route.body === undefined ? undefined : await readJson(request, route.body);
  return { ...given, tenant: caller?.tenant ?? '', body: body as never, query: query as never };
}

function readForbidden(): ApiError {
  const code: ErrorCode = 'read_forbidden';
  return new ApiError(403, 'This key may not read records', { 'x-helicone-error': code });
}

function refused({ status, message, headers }: ApiError): EngineResponse {
  return answer(status, { data: null, error: message }, headers);
}

function answer(status: number, envelope: { data: unknown; error: string | null }, headers = {}): EngineResponse {
  return { status, headers: { ...JSON_HEADERS, ...headers }, body: Buffer.from(JSON.stringify(envelope)) };
}
