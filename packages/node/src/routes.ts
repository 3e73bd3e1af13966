import type { Api } from '@helicone-proxy/api';
import { type Engine, type EngineRequest, type EngineResponse, type Logger, ProxyError } from '@helicone-proxy/core';

/** Answers every request below the prefix: state, REST, and everything else is a call to a provider. */
export type Routes = (request: EngineRequest) => Promise<EngineResponse>;

export function createRoutes(engine: Engine, logger: Logger | undefined): Routes {
  let api: Promise<Api> | null = null;
  return function answer(request) {
    const { path } = request;
    if (path === '/healthz') return Promise.resolve(json(200, { status: 'ok' }));
    if (path !== '/api' && !path.startsWith('/api/')) return engine.handle(request);
    // Loaded when first asked: hosts that only proxy need no schemas.
    api ??= import('@helicone-proxy/api').then(({ createApi }) =>
      createApi({
        records: engine.recorder.store,
        failed: (cause) => logger?.error({ err: cause }, 'records could not be read or changed'),
      }),
    );
    return answerApi(engine, api, { ...request, path: path.slice('/api'.length) });
  };
}

async function answerApi(engine: Engine, loading: Promise<Api>, request: EngineRequest): Promise<EngineResponse> {
  try {
    const caller = await engine.restCaller(request);
    return await (await loading).handle(request, caller);
  } catch (error) {
    // REST has an envelope of its own, Helicone's.
    if (!(error instanceof ProxyError)) throw error;
    const response = json(error.status, { data: null, error: error.message });
    response.headers['x-helicone-error'] = error.code;
    return response;
  }
}

function json(status: number, value: unknown): EngineResponse {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'cache-control': 'no-store',
    },
    body,
  };
}
