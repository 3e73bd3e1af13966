import { type Call, jsonOf } from '../call.js';
import type { ByteStream, EngineResponse, Stage } from '../contract.js';
import { toProxyError } from '../errors.js';
import type { ContextWindows } from '../policy/context-window.js';
import { firstValue } from '../policy/headers.js';
import type { Policy, TokenLimitHandler } from '../policy/policy.js';
import { withStreamUsage } from '../policy/stream-usage.js';
import { fitTokenLimit } from '../policy/token-limit.js';
import type { WireFormat } from '../providers/wire.js';
import { wireForPath } from '../providers/wire-for-path.js';
import { usageFilter } from '../stream/usage-filter.js';
import { lastEvent } from '../upstream/last-event.js';

const TOKEN_LIMIT = 'helicone-token-limit-exception-handler';
const STREAM_USAGE = 'helicone-stream-usage';

/**
 * Changes the body where a policy asks for it, and nothing else of it: shortens a prompt that is too long, asks a stream for its
 * usage. On the way out it hides the usage from a client that did not ask. Before the cache, whose key is made of the body.
 */
export function createRewrite(windows: ContextWindows): Stage {
  return function rewrite(call, next) {
    const { streamUsage, tokenLimit } = call.policy as Policy;
    if (!streamUsage && tokenLimit === null) return next();
    if (call.body === null) return next();
    if (tokenLimit === null) return askUsage(call, next);
    const loading = windows.ready();
    if (loading === null) {
      fit(call, tokenLimit, windows);
      return askUsage(call, next);
    }
    return loading.then(() => {
      if (call.life.ended !== null) throw call.life.ended;
      fit(call, tokenLimit, windows);
      return askUsage(call, next);
    });
  };
}

function wireOfCall(call: Call): WireFormat | null {
  return call.target === null ? wireForPath(call.route?.rest ?? '') : call.target.wire;
}

function fit(call: Call, handler: TokenLimitHandler, windows: ContextWindows): void {
  const body = jsonOf(call);
  if (body === null) {
    call.warnings.push(`${TOKEN_LIMIT}: the body is not JSON, or too long to be looked into; it is left alone`);
    return;
  }
  const provider = call.target?.provider ?? call.route?.provider?.name ?? '';
  const { bytes, warning } = fitTokenLimit({
    body,
    wire: wireOfCall(call),
    handler,
    modelOverride: (call.policy as Policy).modelOverride,
    windowOf: (model) => windows.of(provider, model, call.createdAt),
  });
  if (bytes !== null) call.body = bytes;
  if (warning !== null) call.warnings.push(`${TOKEN_LIMIT}: ${warning}`);
}

function askUsage(call: Call, next: () => Promise<EngineResponse>): Promise<EngineResponse> {
  if (!(call.policy as Policy).streamUsage || wireOfCall(call) !== 'openai-chat') return next();
  const body = jsonOf(call);
  if (body === null) {
    call.warnings.push(`${STREAM_USAGE}: the body is not JSON, or too long to be looked into; usage is not asked for`);
    return next();
  }
  const bytes = withStreamUsage(body);
  if (bytes === null) return next();
  call.body = bytes;
  // The usage chunk can be found in plain bytes only.
  call.identityEncoding = true;
  return next().then((response) => hideUsage(call, response));
}

function hideUsage(call: Call, response: EngineResponse): EngineResponse {
  const { status, headers, body } = response;
  if (body === null || body instanceof Uint8Array || status < 200 || status > 299) return response;
  if (!/^text\/event-stream\b/i.test(firstValue(headers['content-type']) ?? '')) return response;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    call.warnings.push(`${STREAM_USAGE}: the answer is encoded, so its usage is not hidden`);
    return response;
  }
  delete headers['content-length'];
  return { ...response, body: filtered(call, body, headers) };
}

function filtered(call: Call, body: ByteStream, headers: EngineResponse['headers']): ByteStream {
  return usageFilter(body, (error) => lastEvent(wireOfCall(call), toProxyError(error), headers));
}
