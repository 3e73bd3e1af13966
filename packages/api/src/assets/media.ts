// Media inside of recorded bodies: images, sounds and files that came or went as base64.

/** One image, sound or file. */
export interface Media {
  /** Lower-case media type, as whoever sent it said; `application/octet-stream` where nobody did. */
  type: string;
  base64: string;
}

/** What one record is looked through for at most. */
const MAX_MEDIA = 1000;

const DATA_URL = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?(?:;[^;,]*)*?;base64,/i;
/** Of text without white space at its end: with two places for it a long run of spaces would be tried in every way. */
const BASE64 = /^[a-z0-9+/_\s-]+={0,2}$/i;
const MEDIA_TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/;

/**
 * Finds the media of a record, in order of appearance, the request's first: data URLs wherever they stand, OpenAI's `b64_json`,
 * `input_audio`, spoken answers and generated images, Anthropic's base64 sources, Gemini's inline data. The order is that of the bodies, so
 * the nth of a record is always the same.
 */
export function findMedia({
  request_body,
  response_body,
}: {
  request_body?: unknown;
  response_body?: unknown;
}): Media[] {
  const found: Media[] = [];
  // Not by recursion: a body may nest deeper than the stack.
  const waiting: unknown[] = [response_body, request_body];
  while (waiting.length > 0 && found.length < MAX_MEDIA) {
    const value = waiting.pop();
    if (typeof value === 'string') {
      const media = ofDataUrl(value);
      if (media !== null) found.push(media);
    } else if (Array.isArray(value)) {
      for (let n = value.length - 1; n >= 0; n--) waiting.push(value[n]);
    } else if (typeof value === 'object' && value !== null) {
      const media = ofObject(value as Record<string, unknown>);
      if (media !== null) found.push(media);
      // One by one: a call takes only so many arguments.
      else for (const inside of Object.values(value).reverse()) waiting.push(inside);
    }
  }
  return found;
}

function ofDataUrl(text: string): Media | null {
  const match = DATA_URL.exec(text.slice(0, 256));
  return match === null ? null : media(match[1], text.slice(match[0].length));
}

/** Objects whose one text is the base64; what else they hold is about it. */
function ofObject(object: Record<string, unknown>): Media | null {
  const { data, b64_json, result, format, type } = object;
  if (typeof b64_json === 'string') return media(undefined, b64_json);
  if (type === 'image_generation_call' && typeof result === 'string') return media(undefined, result);
  if (typeof data !== 'string') return null;
  const said = object.media_type ?? object.mimeType ?? object.mime_type;
  if (typeof said === 'string') return media(said, data);
  const audio = typeof format === 'string' ? AUDIO_TYPES.get(format) : undefined;
  if (audio !== undefined) return media(audio, data);
  // A spoken answer of OpenAI's does not say what it is in.
  return typeof object.transcript === 'string' ? media(undefined, data) : null;
}

const AUDIO_TYPES: ReadonlyMap<string, string> = new Map([
  ['wav', 'audio/wav'],
  ['mp3', 'audio/mpeg'],
  ['flac', 'audio/flac'],
  ['opus', 'audio/ogg'],
  ['ogg', 'audio/ogg'],
  ['aac', 'audio/aac'],
  ['m4a', 'audio/mp4'],
  ['webm', 'audio/webm'],
]);

function media(said: string | undefined, base64: string): Media | null {
  if (base64 === '' || !BASE64.test(base64.trimEnd())) return null;
  const type = said?.split(';', 1)[0]?.trim().toLowerCase();
  return { type: type !== undefined && MEDIA_TYPE.test(type) ? type : signatureType(base64), base64 };
}

/** First bytes of the formats that providers answer with: https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^RIFF.{4}WAVE/s, 'audio/wav'],
  [/^(ID3|\xff[\xfb\xf3\xf2])/, 'audio/mpeg'],
  [/^fLaC/, 'audio/flac'],
  [/^OggS/, 'audio/ogg'],
  [/^%PDF-/, 'application/pdf'],
];

function signatureType(base64: string): string {
  const head = Buffer.from(base64.slice(0, 32), 'base64').toString('latin1');
  return SIGNATURES.find(([signature]) => signature.test(head))?.[1] ?? 'application/octet-stream';
}

/** Types that a browser shows without running anything of them. SVG is no picture in this sense: it may hold scripts. */
const SHOWN = /^(?:image\/(?!svg)|audio\/|video\/|application\/pdf$)/;

/** Headers under which media are safe to serve from the host's own origin, whatever they say they are. */
export function mediaHeaders(type: string): Record<string, string> {
  const shown = SHOWN.test(type);
  return {
    'content-type': shown ? type : 'application/octet-stream',
    'content-disposition': shown ? 'inline' : 'attachment',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  };
}
