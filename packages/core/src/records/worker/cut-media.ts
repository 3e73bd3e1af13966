import { hash } from 'node:crypto';
import { assetMark, hashesMarkedIn } from '../assets.js';
import type { Asset, RecordRow } from '../store.js';

/** Shorter base64 stays where it is: its mark would take as much. Characters. */
const MIN_LENGTH = 1024;
/** Media of one record; what follows stays in its body. */
const MAX_ASSETS = 256;

/** Which bytes are characters of base64, less the padding. */
const IS_BASE64 = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  IS_BASE64[character.charCodeAt(0)] = 1;
}
const PADDING = 0x3d;

/** What stands in front of base64 that is no text, signature or key: a data URL, or one of the members that providers name media by. */
const INTRODUCED =
  /(?:;base64,|"(?:data|b64_json|result|file_data|image|image_bytes|audio|bytes|bytesBase64Encoded|partial_image_b64|delta)"\s*:\s*")$/;
const INTRODUCTION_LENGTH = 48;

/** First bytes of formats, in base64: PNG, JPEG, GIF, RIFF (WebP, WAVE), MP3 with tags, FLAC, Ogg, PDF, ZIP (documents). */
const SIGNATURE = /^(?:iVBORw0KGg|\/9j\/|R0lGOD|UklGR|SUQz|ZkxhQ|T2dnU|JVBERi|UEsDB)/;

/**
 * The row with its media cut out of its bodies; the same row when there are none. Media that the row brings already stay as far as
 * its bodies still have their marks. Linear in the bodies; never throws.
 */
export function cutMedia(row: RecordRow): RecordRow {
  const cut = new Map<string, Asset>();
  const requestBody = cutBody(row.requestBody, cut);
  const responseBody = cutBody(row.responseBody, cut);
  if (cut.size === 0 && row.assets === undefined) return row;
  const marked = hashesMarkedIn(row.requestBody, row.responseBody);
  const brought = (row.assets ?? []).filter(({ hash }) => marked.has(hash));
  // Where somebody wrote the mark of one of them, reading would put it there too: as many times as the text says so.
  if ([...cut.keys()].some((hash) => marked.has(hash))) return { ...row, assets: brought };
  return { ...row, requestBody, responseBody, assets: [...brought, ...cut.values()] };
}

function cutBody(body: Uint8Array | null, assets: Map<string, Asset>): Uint8Array | null {
  if (body === null || body.length < MIN_LENGTH) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const parts: Uint8Array[] = [];
  let kept = 0;
  let from = 0;
  // A run that is long enough covers one of every so many bytes: the others need no look.
  for (let probe = MIN_LENGTH - 1; probe < bytes.length && assets.size < MAX_ASSETS; ) {
    if (IS_BASE64[bytes[probe] as number] === 0) {
      probe += MIN_LENGTH;
      continue;
    }
    const start = startOfRun(bytes, probe, from);
    const end = endOfRun(bytes, probe);
    const media = end - start < MIN_LENGTH ? null : mediaIn(bytes, start, end);
    if (media !== null) {
      assets.set(media.asset.hash, media.asset);
      parts.push(bytes.subarray(kept, start), Buffer.from(assetMark(media.asset.hash)));
      kept = media.end;
    }
    from = end;
    probe = end + MIN_LENGTH - 1;
  }
  return parts.length === 0 ? body : Buffer.concat([...parts, bytes.subarray(kept)]);
}

function startOfRun(bytes: Buffer, inside: number, from: number): number {
  let start = inside;
  while (start > from && IS_BASE64[bytes[start - 1] as number] === 1) start -= 1;
  return start;
}

function endOfRun(bytes: Buffer, inside: number): number {
  let end = inside;
  while (end < bytes.length && IS_BASE64[bytes[end] as number] === 1) end += 1;
  while (end < bytes.length && bytes[end] === PADDING) end += 1;
  return end;
}

/** The media that this base64 is; null when it is none, or would not come back as the same text. Of base64 that a limit has cut, its whole groups. */
function mediaIn(bytes: Buffer, start: number, end: number): { asset: Asset; end: number } | null {
  const introduction = bytes.toString('latin1', Math.max(0, start - INTRODUCTION_LENGTH), start);
  if (!INTRODUCED.test(introduction)) {
    const startsText = introduction.endsWith('"') && SIGNATURE.test(bytes.toString('latin1', start, start + 16));
    if (!startsText) return null;
  }
  const last = end - ((end - start) % 4);
  const text = bytes.toString('latin1', start, last);
  const data = Buffer.from(text, 'base64');
  if (data.toString('base64') !== text) return null;
  return { asset: { hash: hash('sha256', data, 'hex'), bytes: data }, end: last };
}
