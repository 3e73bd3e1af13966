import {
  type EngineRequest,
  type EngineResponse,
  type ErrorCode,
  InvalidFilter,
  type RecordStore,
} from '@helicone-proxy/core';
import { ApiError } from './api-error.js';
import { createRouter } from './route.js';
import { requestPatchRoutes } from './routes/request-patches.js';
import { requestRoutes } from './routes/requests.js';

export interface ApiOptions {
  records: RecordStore;
  /** Told what went wrong inside when the answer is 503; callers see a fixed message. */
  failed?(error: unknown, request: EngineRequest): void;
}

/** Who asks. */
export interface ApiCaller {
  tenant: string;
  /** Keys that only log may change records, but not read them. */
  canRead: boolean;
}

export interface Api {
  /** Answers a request with a path below `/api`, such as `/v1/request/query`. Rejects only with what `failed` throws. */
  handle(request: EngineRequest, caller: ApiCaller): Promise<EngineResponse>;
}

/** All routes, by what they are about. */
const ROUTES = [...requestRoutes, ...requestPatchRoutes];

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** REST over a record store, with Helicone's paths and its `{ data, error }`, but with true status codes. */
export function createApi(options: ApiOptions): Api {
  const router = createRouter(ROUTES);
  const { records } = options;
  return {
    async handle(request, caller) {
      try {
        const { route, params } = router(request.method, request.path);
        if (route.access === 'read' && !caller.canRead) throw readForbidden();
        const data = await route.handle({ request, records, tenant: caller.tenant, params });
        return answer(200, { data: data ?? null, error: null });
      } catch (error) {
        if (error instanceof ApiError) return answer(error.status, { data: null, error: error.message }, error.headers);
        if (error instanceof InvalidFilter) return answer(400, { data: null, error: error.message });
        options.failed?.(error, request);
        return answer(503, { data: null, error: 'The record store is not available' });
      }
    },
  };
}

function readForbidden(): ApiError {
  const code: ErrorCode = 'read_forbidden';
  return new ApiError(403, 'This key may not read records', { 'x-helicone-error': code });
}

function answer(status: number, envelope: { data: unknown; error: string | null }, headers = {}): EngineResponse {
  return { status, headers: { ...HEADERS, ...headers }, body: Buffer.from(JSON.stringify(envelope)) };
}
