import { EXCEPTION } from '../../stream/aws-frames.js';
import { encodeFrame } from '../../stream/encode-frame.js';
import type { StreamEvent } from '../wire.js';
import { asText, type JsonObject, parseObject, setOwn } from './json-read.js';

/** An exception that came in a stream. */
export interface BedrockException {
  /** As the SDKs name it, with a small first letter: `throttlingException`. */
  type: string;
  /** The provider's words, else the type. */
  message: string;
  /** What a plain call would have got as its body. */
  payload: JsonObject;
}

/** The exception that an event is; null for all others. */
export function bedrockException({ event, data }: StreamEvent): BedrockException | null {
  if (!event.startsWith(EXCEPTION)) return null;
  const type = event.slice(EXCEPTION.length) || 'unknown exception';
  const payload = parseObject(data) ?? { message: data };
  return { type, message: bedrockMessage(payload) ?? type, payload };
}

/** What the body of an error says; null when it is none. Some errors of AWS spell their `message` with a capital. */
export function bedrockMessage(body: JsonObject | null): string | null {
  return asText(body?.message) ?? asText(body?.Message);
}

/** What came before an exception and the exception, under the name that it has in the SDKs' unions. */
export function withException(body: JsonObject | null, { type, payload }: BedrockException): JsonObject {
  if (body === null) return payload;
  setOwn(body, type, payload);
  return body;
}

/**
 * A frame that the AWS SDKs throw, in Converse's streams and in InvokeModel's, as a `ModelStreamErrorException`: "An error
 * occurred while streaming the response. Retry your request." It has no place for a code of ours.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
 */
export function bedrockErrorEvent(_code: string, message: string): Uint8Array {
  const headers = {
    ':exception-type': 'modelStreamErrorException',
    ':content-type': 'application/json',
    ':message-type': 'exception',
  };
  return encodeFrame(headers, Buffer.from(JSON.stringify({ message })));
}
