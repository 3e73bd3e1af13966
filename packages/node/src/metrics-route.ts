import { type Engine, type EngineRequest, type EngineResponse, METRICS_TYPE, ProxyError } from '@helicone-proxy/core';

/** Answers `/metrics`, to those who may read records: the numbers are of all tenants together. */
export async function answerMetrics(engine: Engine, request: EngineRequest): Promise<EngineResponse> {
  if (engine.metrics === null) return plain(404, 'Metrics are turned off (telemetry.metrics)\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Metrics are read with GET\n', { allow: 'GET, HEAD' });
  }
  try {
    const { canRead } = await engine.restCaller(request);
    if (!canRead) throw new ProxyError('read_forbidden', 'this key may not read metrics');
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    return plain(error.status, `${error.message}\n`, { 'x-helicone-error': error.code });
  }
  return plain(200, await engine.metrics.read(), { 'content-type': METRICS_TYPE });
}

function plain(status: number, text: string, headers: Record<string, string> = {}): EngineResponse {
  const body = Buffer.from(text);
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  };
}
