import { type EngineRequest, nestsDeeper } from '@helicone-proxy/core';
import type { ZodType } from 'zod';
import { ApiError } from '../api-error.js';
import { firstProblem } from './first-problem.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** Filters nest 50 levels, bodies of a dataset's rows may be more; what checks them goes by recursion. */
const MAX_LEVELS = 500;

/**
 * Reads a request's JSON body and checks it; an empty body counts as `{}`.
 * @throws {ApiError} 413 over 1 MiB, 400 naming the place that is wrong.
 */
export async function readJson<Body>(request: EngineRequest, schema: ZodType<Body>): Promise<Body> {
  const text = decode(await readBytes(request));
  const checked = schema.safeParse(text.trim() === '' ? {} : parse(text));
  if (checked.success) return checked.data;
  throw new ApiError(400, firstProblem(checked.error, 'body'));
}

/** Reads a body whole. @throws {ApiError} 413 when it is longer than `maxBytes`, 400 when it ends too early. */
export async function readBytes({ body, headers }: EngineRequest, maxBytes = MAX_BODY_BYTES): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(400, 'body: ended before it was whole');
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(413, `body: larger than ${maxBytes} bytes`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, 'body: is not UTF-8');
  }
}

function parse(text: string): unknown {
  if (nestsDeeper(text, MAX_LEVELS)) throw new ApiError(400, `body: nests deeper than ${MAX_LEVELS} levels`);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'body: is not JSON');
  }
}
