import type { EngineRequest } from '@helicone-proxy/core';
import type { ZodType } from 'zod';
import { ApiError } from './api-error.js';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a request's JSON body and checks it; an empty body counts as `{}`.
 * @throws {ApiError} 413 over 1 MiB, 400 naming the place that is wrong.
 */
export async function readJson<Body>(request: EngineRequest, schema: ZodType<Body>): Promise<Body> {
  const text = decode(await readBytes(request));
  const checked = schema.safeParse(text.trim() === '' ? {} : parse(text));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
  const place = path.length === 0 ? 'body' : path.join('.');
  const problem = issue?.code === 'unrecognized_keys' ? 'unknown key' : (issue?.message ?? 'is not valid');
  throw new ApiError(400, `${place}: ${problem}`);
}

async function readBytes({ body, headers }: EngineRequest): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  if (Number(headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(400, 'body: ended before it was whole');
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(): ApiError {
  return new ApiError(413, `body: larger than ${MAX_BODY_BYTES} bytes`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, 'body: is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'body: is not JSON');
  }
}
