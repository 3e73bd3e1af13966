import { type IntakeFormat, type IntakeResult, InvalidIntake, ProxyError } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';
import { readBytes } from '../input/read-json.js';
import type { RouteContext } from '../route.js';

/** Longest body of a delivery as it comes. Bytes. */
const MAX_DELIVERY_BYTES = 10 * 1024 * 1024;
/** Longest `Helicone-Warning`, in characters. */
const MAX_WARNING = 1024;

/**
 * Hands the body of a request to the intake, unread.
 * @throws {ApiError} 400, 413 or 503; what the store itself throws goes through.
 */
export async function accept(
  { request, caller, options }: RouteContext,
  { provider, format }: { provider: string | null; format: IntakeFormat },
): Promise<IntakeResult> {
  const { intake } = options;
  if (intake === undefined || caller === null) throw new ApiError(404, `Unknown path ${request.path}`);
  const bytes = (await readBytes(request, MAX_DELIVERY_BYTES)) as Uint8Array<ArrayBuffer>;
  const { tenant, userId = null, policy = null } = caller;
  const encoding = String(request.headers['content-encoding'] ?? '');
  const { headers } = request;
  try {
    return await intake.accept({
      format,
      bytes,
      encoding,
      provider,
      headers,
      caller: { tenant, userId, policy },
    });
  } catch (error) {
    if (error instanceof InvalidIntake) throw new ApiError(error.tooLarge ? 413 : 400, error.message);
    if (!(error instanceof ProxyError)) throw error;
    throw new ApiError(error.status, error.message, { 'x-helicone-error': error.code, 'retry-after': '1' });
  }
}

/** What is said of a delivery beside its answer. */
export function labels({ warnings }: IntakeResult): Record<string, string> {
  if (warnings.length === 0) return {};
  // Header values are printable ASCII: names come from the sender.
  const text = warnings.join('; ').replace(/[^\x20-\x7e]/g, '?');
  return { 'helicone-warning': text.slice(0, MAX_WARNING) };
}
