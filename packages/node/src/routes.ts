import type { Api } from '@helicone-proxy/api';
import { type Engine, type EngineRequest, type EngineResponse, type Logger, ProxyError } from '@helicone-proxy/core';
import { answerMetrics } from './metrics-route.js';
import { sdkPath } from './sdk-path.js';

/** Answers every request below the prefix: state, REST, and everything else is a call to a provider. */
export type Routes = (request: EngineRequest) => Promise<EngineResponse>;

export function createRoutes(engine: Engine, logger: Logger | undefined): Routes {
  let api: Promise<Api> | null = null;
  return function answer(request) {
    const { path } = request;
    if (path === '/healthz') return Promise.resolve(json(200, { status: 'ok' }));
    if (path === '/metrics') return answerMetrics(engine, request);
    const rest =
      path === '/api' || path.startsWith('/api/') ? path.slice('/api'.length) : sdkPath(request.method, path);
    if (rest === null) return engine.handle(request);
    // Loaded when first asked: hosts that only proxy need no schemas.
    api ??= import('@helicone-proxy/api').then(({ createApi }) =>
      createApi({
        records: engine.recorder.store,
        intake: engine.intake,
        prices: engine.recorder.listPrices,
        webhooks: engine.webhooks,
        bars: engine.bars,
        failed: (cause) => logger?.error({ err: cause }, 'records could not be read or changed'),
      }),
    );
    return answerApi(engine, api, { ...request, path: rest });
  };
}

async function answerApi(engine: Engine, loading: Promise<Api>, request: EngineRequest): Promise<EngineResponse> {
  try {
    return await (await loading).handle(request, () => engine.restCaller(request));
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
