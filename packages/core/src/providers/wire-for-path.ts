import type { WireFormat } from './wire.js';

/** How the paths of each format end, whatever comes before; the first that fits counts. Clients may encode a colon. */
const ENDINGS: readonly (readonly [RegExp, WireFormat])[] = [
  // Chat and legacy text completions both end so.
  [/\/completions$/, 'openai-chat'],
  [/\/responses$/, 'openai-responses'],
  [/\/realtime$/, 'openai-realtime'],
  [/\/embeddings$/, 'openai-embeddings'],
  [/\/images\/(?:generations|edits|variations)$/, 'openai-images'],
  [/\/audio\/(?:transcriptions|translations)$/, 'openai-transcription'],
  [/\/audio\/speech$/, 'openai-speech'],
  [/\/messages$/, 'anthropic-messages'],
  [/\/publishers\/anthropic\/models\/[^/]+(?::|%3a)(?:streamR|r)awPredict$/i, 'anthropic-messages'],
  [/\/publishers\/mistralai\/models\/mistral-ocr[^/]*(?::|%3a)rawPredict$/i, 'mistral-ocr'],
  [/\/publishers\/(?:mistralai|ai21)\/models\/[^/]+(?::|%3a)(?:streamR|r)awPredict$/i, 'openai-chat'],
  [/(?::|%3a)(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/i, 'google-generate-content'],
  [/(?::|%3a)predict$/i, 'google-predict'],
  [/\/model\/[^/]+\/converse(?:-stream)?$/, 'bedrock-converse'],
  [/\/model\/[^/]+\/invoke(?:-with-response-stream)?$/, 'bedrock-invoke'],
  [/\/v[12]\/chat$/, 'cohere-chat'],
  [/\/v[12]\/embed$/, 'cohere-embed'],
  // Mixedbread's `/reranking`; DeepInfra runs any kind of model at one path, under its name.
  [/\/rerank(?:ing)?$/, 'rerank'],
  [/\/v1\/inference\/[^/]+\/(?=[^/]+$)[^/]*rerank/i, 'rerank'],
  [/\/ocr$/, 'mistral-ocr'],
  [/\/api\/(?:chat|generate|embed)$/, 'ollama'],
];

/** Whose path it is. */
interface PathOwner {
  /** Provider name, or the host where it is none that is known. */
  name: string;
  origin: string | null;
}

/**
 * The wire format that a path (without query) tells by how it ends, whatever comes before: `/v1`, Azure's
 * `/openai/deployments/<name>`, a gateway's prefix. Null when the answer is none that is understood. A few endings are used in
 * several ways: of those `owner` tells which one is meant.
 */
export function wireForPath(path: string, owner: PathOwner | null = null): WireFormat | null {
  const whole = path.endsWith('/') ? path.slice(0, -1) : path;
  for (const [ending, wire] of ENDINGS) {
    if (ending.test(whole)) return isOfAnother(wire, whole, owner) ? null : wire;
  }
  return null;
}

/** Whether a path ends as those of a format do, and is something else. */
function isOfAnother(wire: WireFormat, path: string, owner: PathOwner | null): boolean {
  if (wire === 'anthropic-messages') return isStoredMessages(path) || COUNTS_TOKENS.test(path);
  return wire === 'cohere-chat' && path.endsWith('/v1/chat') && !isCoheres(path, owner);
}

/**
 * Claude's counting at Vertex AI stands where a model's name does.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
 */
const COUNTS_TOKENS = /\/count-tokens(?::|%3a)rawPredict$/i;

/** Others have a `/v1/chat`, too, and answer in their own way: Writer, LM Studio. */
function isCoheres(path: string, owner: PathOwner | null): boolean {
  return path.includes('/cohere/') || /cohere/i.test(owner?.name ?? '') || /cohere/i.test(owner?.origin ?? '');
}

/** OpenAI's lists of stored messages: `/threads/<id>/messages`, `/chat/completions/<id>/messages`. */
function isStoredMessages(path: string): boolean {
  const parent = path.split('/').at(-3);
  return parent === 'threads' || parent === 'completions';
}
