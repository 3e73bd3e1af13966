import type { Call } from './call.js';
import type { EngineResponse } from './contract.js';

/** Longest `Helicone-Warning`, in characters: servers and proxies cap a head at 8 to 16 KiB. */
const MAX_WARNING = 1024;

/** Adds to an answer what we say of it: the call's id, warnings, and what keeps proxies on the way from holding a stream. */
export function labelAnswer(call: Call, response: EngineResponse): EngineResponse {
  const { headers, body } = response;
  headers['helicone-id'] = call.requestId;
  headers['helicone-status'] = call.error === null ? 'success' : 'failed';
  if (call.labels !== null) Object.assign(headers, call.labels);
  if (call.warnings.length > 0) headers['helicone-warning'] = warningText(call.warnings);
  // The stream behind a 101 is no answer that a proxy could hold.
  if (body !== null && !(body instanceof Uint8Array) && response.status !== 101) {
    headers['cache-control'] = noTransform(headers['cache-control']);
    headers['x-accel-buffering'] ??= 'no';
  }
  return response;
}

function noTransform(given: string | string[] | undefined): string {
  const text = Array.isArray(given) ? given.join(', ') : given;
  if (text === undefined) return 'no-cache, no-transform';
  return text.includes('no-transform') ? text : `${text}, no-transform`;
}

function warningText(warnings: readonly string[]): string {
  // Header values are printable ASCII here: names come from the client.
  return warnings
    .join('; ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, MAX_WARNING);
}
