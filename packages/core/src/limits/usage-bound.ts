import { type Call, jsonOf } from '../call.js';
import type { JsonBody } from '../policy/json-body.js';
import { modelInPath } from '../policy/model-in-path.js';
import type { Policy } from '../policy/policy.js';
import { wireForPath } from '../providers/wire-for-path.js';
import { declaredLength } from '../upstream/request-headers.js';

/** The most tokens that a call can use. */
export interface UsageBound {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Output of a request that sets no limit of its own, tokens. */
const DEFAULT_OUTPUT_TOKENS = 16_384;
/** More than any model gives, and small enough that what is made of it stays a finite number: endless times 0 USD is none. */
const MAX_COUNT = 1e9;
/** Length of a body that is neither held nor declared, bytes. */
const UNKNOWN_BYTES = 1024 * 1024;
/** Text is compressed 4 to 20 times. */
const COMPRESSION = 20;
/** No token is shorter than a byte of text, but an image may be a short link: providers charge up to 1 600 tokens for one. */
const IMAGE_TOKENS = 2_000;
/** A conversation or a file that the provider holds: about the context of common models. */
const STORED_TOKENS = 128_000;
/** More images than providers take in one request; counting ends there. */
const MAX_MARKS = 1_000;
const MARK = /"(?:image|image_url|input_image|(file_id|file_url|file_uri|fileUri))"/g;
/** Nobody knows how long a session will be: one answer, with as much of a conversation before it as models take. */
const SESSION: UsageBound = { inputTokens: STORED_TOKENS, outputTokens: DEFAULT_OUTPUT_TOKENS };
const NOTHING: UsageBound = { inputTokens: 0, outputTokens: 0 };

/** Routes that use no tokens: they count them (at Vertex AI and Bedrock, too), or store files. Clients may encode a colon. */
const FREE_ROUTE =
  /(?:\/count_tokens|(?::|%3a)countTokens|\/count-tokens(?:(?::|%3a)rawPredict)?|\/input_tokens|\/tokenize)\/?$|\/(?:files|uploads)(?:\/|$)/i;
/** Routes whose answer is no generated text; so are those of re-rankers. */
const WITHOUT_OUTPUT = /(?:\/embed(?:dings)?|\/moderations|(?::|%3a)(?:embedContent|batchEmbedContents))\/?$/i;

const OUTPUT_LIMITS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;
const CHOICES = ['n', 'best_of'] as const;
/** Where other formats keep the limit, and how many answers are asked for. */
const NESTED = [
  ['generationConfig', 'maxOutputTokens', 'candidateCount'],
  ['generation_config', 'max_output_tokens', 'candidate_count'],
  ['inferenceConfig', 'maxTokens', ''],
] as const;

/**
 * An upper bound of a call's tokens, from its body: a token of text is at least one byte, and the output is what the body
 * allows (default 16 384) for each answer asked for. Warns when the body cannot be looked into.
 */
export function usageBound(call: Call): UsageBound {
  const path = call.route?.rest ?? call.request.path;
  if (call.request.upgrade !== undefined) return SESSION;
  if (call.body === null || call.request.method !== 'POST' || FREE_ROUTE.test(path)) return NOTHING;
  const body = jsonOf(call);
  return {
    inputTokens: bodyBytes(call) + (body === null ? 0 : referredTokens(body)),
    outputTokens:
      WITHOUT_OUTPUT.test(path) || wireForPath(path) === 'rerank' ? 0 : maximalOutput(body, call.policy as Policy),
  };
}

function bodyBytes(call: Call): number {
  const { body, request, warnings } = call;
  const encoding = request.headers['content-encoding'];
  const factor = encoding === undefined || encoding === 'identity' ? 1 : COMPRESSION;
  if (body instanceof Uint8Array) return body.length * factor;
  const length = declaredLength(request.headers);
  warnings.push(
    `helicone-ratelimit-policy: the body is not held, so ${length === null ? '1 MiB' : 'its length'} is reserved for it`,
  );
  return (length ?? UNKNOWN_BYTES) * factor;
}

/** Input that is not in the body itself. */
function referredTokens(body: JsonBody): number {
  let tokens = 0;
  if (body.members.has('previous_response_id') || body.members.has('conversation')) tokens += STORED_TOKENS;
  MARK.lastIndex = 0;
  for (let marks = 0; marks < MAX_MARKS; marks++) {
    const mark = MARK.exec(body.text);
    if (mark === null) break;
    tokens += mark[1] === undefined ? IMAGE_TOKENS : STORED_TOKENS;
  }
  return tokens;
}

/** Where a body names several limits, providers differ in which one they obey: the largest counts. */
function maximalOutput(body: JsonBody | null, { fallbacks }: Policy): number {
  let tokens = 0;
  let choices = 1;
  for (const name of OUTPUT_LIMITS) tokens = Math.max(tokens, count(body?.number(name)));
  for (const name of CHOICES) choices = Math.max(choices, count(body?.number(name)));
  for (const [outer, limit, many] of NESTED) {
    if (body?.members.has(outer) !== true) continue;
    const inner = body.value(outer) as Record<string, unknown> | null | undefined;
    tokens = Math.max(tokens, count(inner?.[limit]));
    choices = Math.max(choices, count(inner?.[many]));
  }
  // A fallback may ask for more.
  for (const { bodyKeyOverride } of fallbacks ?? []) {
    if (bodyKeyOverride === null) continue;
    for (const name of OUTPUT_LIMITS) tokens = Math.max(tokens, count(bodyKeyOverride[name]));
    for (const name of CHOICES) choices = Math.max(choices, count(bodyKeyOverride[name]));
  }
  return (tokens === 0 ? DEFAULT_OUTPUT_TOKENS : tokens) * choices;
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.ceil(value), MAX_COUNT) : 0;
}

/** The model that a call asks for; null when neither policy nor body nor path names it. */
export function requestedModel(call: Call): string | null {
  const { modelOverride } = call.policy as Policy;
  if (call.request.upgrade !== undefined) return modelOverride ?? new URLSearchParams(call.query).get('model');
  return modelOverride ?? jsonOf(call)?.string('model') ?? modelInPath(call.route?.rest ?? call.request.path);
}
