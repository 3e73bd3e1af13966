/** What becomes of a text message in a record. */
export type MessageKind = 'media' | 'usage' | 'unknown' | 'other';

/** How much of a message is looked at to tell what it is, bytes. */
export const PREFIX_BYTES = 512;

/**
 * The `type` of an event, where only members with plain values stand before it (`event_id`, `stream_id`, …): so it is surely the
 * event's own and no part's. Each step of the expression takes another byte, so it is linear.
 */
const TYPE = /^\s*\{\s*(?:"\w{1,64}"\s*:\s*(?:"[^"\\]{0,128}"|-?\d{1,20})\s*,\s*){0,6}?"type"\s*:\s*"([^"\\]{1,128})"/;

/** Events of OpenAI's Realtime and Responses APIs that carry sound or pictures and nothing else. */
const MEDIA = /(?:^|\.)input_audio_buffer\.append$|[._]audio\.delta$|\.partial_image$/;

const USAGE: ReadonlySet<string> = new Set([
  'response.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/** Tells what a message is by its first bytes. */
export function kindOfMessage(prefix: Buffer): { kind: MessageKind; type: string } {
  const type = TYPE.exec(prefix.toString('latin1'))?.[1] ?? '';
  if (type === '') return { kind: 'unknown', type };
  if (MEDIA.test(type)) return { kind: 'media', type };
  return { kind: USAGE.has(type) ? 'usage' : 'other', type };
}
