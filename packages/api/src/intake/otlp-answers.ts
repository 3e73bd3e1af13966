import type { EngineResponse } from '@helicone-proxy/core';
import type { ApiError } from '../api-error.js';

/** How a delivery of traces is written; its answer is written the same way. */
export type OtlpEncoding = 'json' | 'protobuf';

const TYPES: Record<OtlpEncoding, string> = { json: 'application/json', protobuf: 'application/x-protobuf' };

/** `google.rpc.Code` by HTTP status. */
const CODES: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [413, 3],
  [503, 14],
]);
const UNKNOWN = 2;

/** `ExportTraceServiceResponse`: empty when all spans were taken. */
export function exportAnswer(
  encoding: OtlpEncoding,
  refused: { spans: number; message: string } | null,
  headers: Record<string, string>,
): EngineResponse {
  if (refused === null) {
    return answer(encoding, { status: 200, headers, body: encoding === 'json' ? '{}' : Buffer.alloc(0) });
  }
  const { spans, message } = refused;
  // Proto3's JSON has 64-bit integers as text.
  const partialSuccess = { rejectedSpans: String(spans), errorMessage: message };
  const body =
    encoding === 'json'
      ? JSON.stringify({ partialSuccess })
      : bytesField(1, Buffer.concat([varintField(1, spans), bytesField(2, Buffer.from(message))]));
  return answer(encoding, { status: 200, headers, body });
}

/** `google.rpc.Status`, with which OTLP tells of a refusal. */
export function statusAnswer(encoding: OtlpEncoding, { status, message, headers }: ApiError): EngineResponse {
  const code = CODES.get(status) ?? UNKNOWN;
  const body =
    encoding === 'json'
      ? JSON.stringify({ code, message })
      : Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message))]);
  return answer(encoding, { status, headers, body });
}

function answer(
  encoding: OtlpEncoding,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string | Buffer },
): EngineResponse {
  return {
    status,
    headers: { 'content-type': TYPES[encoding], 'cache-control': 'no-store', ...headers },
    body: Buffer.from(body as string),
  };
}

function varintField(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
