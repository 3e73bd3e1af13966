import { EventStreamCodec } from '@smithy/eventstream-codec';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

/** A frame of `application/vnd.amazon.eventstream` around a JSON payload, made by AWS's own encoder. `headers`: beside its type. */
export function awsFrame(headers: Readonly<Record<string, string>>, payload: unknown): Uint8Array {
  const typed = Object.entries({ ...headers, ':content-type': 'application/json' }).map(
    ([name, value]) => [name, { type: 'string' as const, value }] as const,
  );
  return codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(JSON.stringify(payload)) });
}

/** The frame of an event. */
export function awsEvent(name: string, payload: unknown): Uint8Array {
  return awsFrame({ ':event-type': name, ':message-type': 'event' }, payload);
}
