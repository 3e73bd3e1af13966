import type { CallRecord } from '@helicone-proxy/core';
import type { SeenRequest } from '@helicone-proxy/testkit';
import { expect } from 'vitest';
import { bodyLength, type SurfaceAnswer } from './answer.js';
import type { ReceivedHead } from './observed.js';

/** Belong to one connection, or name who is called. */
const OF_THE_CONNECTION = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding']);

/** What the provider got through the proxy is what it gets from the SDK itself: line, headers and body, byte for byte. */
export function expectSameRequest(proxied: SeenRequest, direct: SeenRequest | undefined): void {
  if (direct === undefined) throw new Error('the SDK itself does not make this request');
  expect(proxied.complete).toBe(true);
  expect(`${proxied.method} ${proxied.target}`).toBe(`${direct.method} ${direct.target}`);
  expect(headersOf(proxied)).toEqual(headersOf(direct));
  expect(withoutBoundary(proxied)).toBe(withoutBoundary(direct));
}

/** In no order, but each as often as it came. */
function headersOf(request: SeenRequest): string[] {
  const boundary = boundaryOf(request);
  return request.rawHeaders
    .filter(([name]) => !OF_THE_CONNECTION.has(name.toLowerCase()))
    .map(([name, value]) => `${name.toLowerCase()}: ${boundary === null ? value : value.replace(boundary, '…')}`)
    .sort();
}

/** The body, with the one thing replaced that a client makes up for each multipart upload. */
function withoutBoundary(request: SeenRequest): string {
  const text = request.body.toString('latin1');
  const boundary = boundaryOf(request);
  return boundary === null ? text : text.replaceAll(boundary, '…');
}

function boundaryOf(request: SeenRequest): string | null {
  return /boundary="?([^";]+)/.exec(request.header('content-type') ?? '')?.[1] ?? null;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The client got the provider's own headers, and ours beside them. */
export function expectSameHead(proxied: ReceivedHead, direct: ReceivedHead | undefined): void {
  if (direct === undefined) throw new Error('without the proxy there is no such answer');
  expect(proxied.status).toBe(direct.status);
  const stream = direct.headers.get('content-type')?.startsWith('text/event-stream') === true;
  for (const [name, value] of direct.headers) {
    // Streams are told to stay as they are, in this very header.
    if (name === 'cache-control' && stream) expect(proxied.headers.get(name)).toContain(value);
    else if (!OF_THE_CONNECTION.has(name)) expect(proxied.headers.get(name), name).toBe(value);
  }
  if (stream) expect(proxied.headers.get('cache-control')).toContain('no-transform');
  expect(proxied.headers.get('helicone-id')).toMatch(UUID_V7);
  expect(proxied.headers.has('x-helicone-error')).toBe(false);
}

/** One request of a call, its answer, and what was recorded of them. */
export interface RecordedCall {
  record: CallRecord;
  provider: string;
  request: SeenRequest;
  answer: SurfaceAnswer;
  /** What is particular to this call. */
  besides: Partial<CallRecord> | undefined;
}

export function expectRecorded({ record, provider, request, answer, besides }: RecordedCall): void {
  const type = answer.headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  const asked = jsonOf(request.header('content-type'), request.body);
  expect(record).toMatchObject({
    provider,
    request_method: request.method,
    request_path: request.target.split('?')[0],
    response_status: answer.status,
    outcome: answer.status < 400 ? 'success' : 'upstream_error',
    request_model: modelAskedFor(request),
    request_bytes: request.bodyBytes || null,
    response_bytes: bodyLength(answer) || null,
    stream: asked?.stream === true || type.startsWith('text/event-stream'),
    truncated: false,
    ...besides,
  });
  expectKept(record.request_body, request.header('content-type') ?? '', request.body);
  if (!answer.headers.some(([name]) => name === 'content-encoding')) {
    expectKept(record.response_body, type, Buffer.concat(answer.pieces.map((piece) => Buffer.from(piece))));
  }
}

/** By the body's JSON, the upload's form, or Google's path. */
function modelAskedFor(request: SeenRequest): string | null {
  const type = request.header('content-type');
  const asked = jsonOf(type, request.body)?.model;
  if (typeof asked === 'string') return asked;
  const ofForm = /name="model"\r\n\r\n(.*?)\r\n/.exec(request.body.toString('latin1'));
  if (type?.startsWith('multipart/form-data') === true && ofForm !== null) return ofForm[1] ?? null;
  return /\/models\/([^/:]+):(?:batch|count|embed|generate|stream)/.exec(request.target)?.[1] ?? null;
}

/** JSON is kept as it was; of media there is only a note. */
function expectKept(kept: unknown, type: string, bytes: Buffer): void {
  if (/^(multipart|audio|image|video|application\/octet-stream)/.test(type)) {
    expect(kept).toEqual({ content_type: expect.stringContaining(type.split(';')[0] as string), bytes: bytes.length });
  } else if (bytes.length > 0 && jsonOf(type, bytes) !== null) expect(kept).toEqual(jsonOf(type, bytes));
}

function jsonOf(type: string | undefined, bytes: Buffer): Record<string, unknown> | null {
  return type?.startsWith('application/json') === true && bytes.length > 0 ? JSON.parse(bytes.toString()) : null;
}
