import { asObject, asText, type JsonObject } from '../providers/wires/json-read.js';
import { imageSize } from './image-size.js';
import type { RequestImage } from './image-tokens.js';

/**
 * The picture that a part of a request is: OpenAI's `image_url` and `input_image`, Anthropic's `image` with a source, Google's
 * `inlineData` and `fileData`, Converse's `image`. Null when it is none.
 */
export function requestImage(part: JsonObject): RequestImage | null {
  if (part.image_url !== undefined || part.type === 'input_image') return openaiImage(part);
  const source = asObject(asObject(part.image)?.source ?? (part.type === 'image' ? part.source : null));
  if (source !== null) return imageOf(source.data ?? source.bytes);
  const inline = asObject(part.inlineData ?? part.inline_data);
  if (inline !== null) return isPicture(inline) ? imageOf(inline.data) : null;
  const file = asObject(part.fileData ?? part.file_data);
  return file !== null && isPicture(file) ? imageOf(null) : null;
}

/** A picture that is nothing but base64, or a link. */
export function imageOf(data: unknown, detail: string | null = null): RequestImage {
  return { size: typeof data === 'string' ? imageSize(data) : null, detail };
}

/** Chat: `image_url: { url, detail }`, or the URL alone (Mistral); Responses: `image_url`, `detail` beside it. */
function openaiImage({ image_url: image, detail }: JsonObject): RequestImage {
  const object = asObject(image);
  const url = asText(object?.url ?? image);
  return imageOf(url?.startsWith('data:') ? url : null, asText(object?.detail ?? detail));
}

function isPicture(media: JsonObject): boolean {
  return /^image\//.test(asText(media.mimeType ?? media.mime_type) ?? '');
}
