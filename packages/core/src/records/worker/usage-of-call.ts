import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import type { Usage } from '../../cost/usage.js';
import { answerTexts } from '../../estimate/answer-texts.js';
import { countTokens } from '../../estimate/count-tokens.js';
import { type EncodingName, encodingOfModel } from '../../estimate/encoding-of-model.js';
import { mayHideReasoning } from '../../estimate/hidden-reasoning.js';
import { imageTokens } from '../../estimate/image-tokens.js';
import { parseCutJson } from '../../estimate/parse-cut-json.js';
import { requestTexts } from '../../estimate/request-texts.js';
import type { WireFormat } from '../../providers/wire.js';
import { asObject } from '../../providers/wires/json-read.js';
import type { CallFacts, CapturedBytes, Outcome } from '../facts.js';
import type { UsageSource } from '../record.js';
import type { ReadAnswer } from './read-answer.js';
import type { ReadRequest } from './read-request.js';

/** A call as it was read, before anything is estimated. */
export interface CallToMeter {
  facts: CallFacts;
  outcome: Outcome;
  request: ReadRequest;
  answer: ReadAnswer;
  /** What the call is priced as. */
  model: string | null;
}

/** What a call used, and who says so. */
export interface UsageOfCall {
  usage: Usage | null;
  source: UsageSource;
  /** Reasoning that is not seen and was not told may have been charged besides; absent: no. */
  atLeast?: true;
}

/** Formats that are charged by tokens of text. Of transcriptions the input is sound; images, OCR and re-ranking have other units. */
const BY_TEXT: ReadonlySet<WireFormat> = new Set([
  'openai-chat',
  'openai-responses',
  'openai-embeddings',
  'anthropic-messages',
  'google-generate-content',
  'bedrock-converse',
  'bedrock-invoke',
  'cohere-chat',
  'cohere-embed',
  'ollama',
]);
const EMBEDDINGS: ReadonlySet<WireFormat> = new Set(['openai-embeddings', 'cohere-embed']);
/** Endings of calls whose answer had begun. */
const BROKEN: ReadonlySet<Outcome> = new Set(['client_closed', 'truncated', 'timeout']);

/**
 * What a call used: as its provider told, else as estimated from its request and from what arrived of its answer. Estimated are
 * answered calls that were not told, and answers that broke off before their usage was told whole: of those the output is the
 * larger of what was told so far and what arrived, and an estimate even where all of it was told. Failed and refused calls are
 * not, nor are hits of the cache, nor what cannot be seen: hidden reasoning (then `atLeast` is set), sound, files. An answer in
 * which nothing was generated that we understand tells nothing. Never throws.
 */
export function usageOfCall(call: CallToMeter): UsageOfCall {
  const { usage } = call.answer;
  const told: UsageOfCall = { usage, source: usage === null ? 'none' : 'provider' };
  if (isToldWhole(call) || !isBilled(call)) return told;
  // Told until it broke off, and not at its end.
  const isPart = usage !== null && call.outcome !== 'success' && BY_TEXT.has(call.facts.wire as WireFormat);
  const partly: UsageOfCall = isPart ? { usage, source: 'estimated' } : told;
  try {
    return withHidden(call, estimated(call) ?? partly);
  } catch {
    // Tools that nest deeper than the stack, or a tokenizer that cannot be loaded: a record is worth more than its estimate.
    return partly;
  }
}

function withHidden({ request, model }: CallToMeter, found: UsageOfCall): UsageOfCall {
  if (found.source !== 'estimated' || (found.usage?.reasoningTokens ?? null) !== null) return found;
  return mayHideReasoning(model, request.parsed) ? { ...found, atLeast: true } : found;
}

/** Both totals are told, or neither: then it is measured in something else. Of a broken answer only its end tells them all. */
function isToldWhole({ outcome, answer: { usage, finishReason } }: CallToMeter): boolean {
  if (usage === null) return false;
  if (outcome === 'success') return (usage.inputTokens === null) === (usage.outputTokens === null);
  return finishReason !== null && usage.inputTokens !== null && usage.outputTokens !== null;
}

/** The provider worked for it: an answer began, and was no refusal. */
function isBilled({ facts, outcome }: CallToMeter): boolean {
  const { wire, session, cacheReferenceId, attempts, response } = facts;
  if (wire === null || session !== null || cacheReferenceId !== null) return false;
  if (outcome === 'success') return true;
  // A log tells of no attempts: there an answer that is not empty began.
  const status = attempts.length === 0 ? (response === null ? null : 200) : (attempts.at(-1)?.status ?? null);
  return BROKEN.has(outcome) && status !== null && status >= 200 && status < 300;
}

function estimated(call: CallToMeter): UsageOfCall | null {
  const { facts, outcome, answer, model } = call;
  const wire = facts.wire as WireFormat;
  if (wire === 'openai-speech') return spoken(call);
  if (!BY_TEXT.has(wire)) return null;
  const encoding = encodingOfModel(model);
  const told = answer.usage;
  const embeds = EMBEDDINGS.has(wire) || isEmbedding(answer.parsed);
  const output = embeds ? 0 : outputTokens(call, encoding);
  if (outcome === 'success' && output === null) return null;
  const input = told?.inputTokens ?? inputTokens(call, { encoding, messages: !embeds });
  const isAllTold = input === (told?.inputTokens ?? null) && output === (told?.outputTokens ?? null);
  if (isAllTold) return null;
  return { usage: { ...(told ?? EMPTY_USAGE), inputTokens: input, outputTokens: output }, source: 'estimated' };
}

/** Speech is charged by the characters of its text. */
function spoken({ request }: CallToMeter): UsageOfCall | null {
  const input = asObject(request.parsed)?.input;
  if (typeof input !== 'string') return null;
  let inputCharacters = 0;
  for (const _ of input) inputCharacters += 1;
  return { usage: { ...EMPTY_USAGE, inputCharacters }, source: 'estimated' };
}

/** Google's and Ollama's embeddings, and those of models behind Bedrock, come by paths of formats for text. */
function isEmbedding(parsed: unknown): boolean {
  const body = asObject(parsed);
  return body !== null && (body.embedding !== undefined || body.embeddings !== undefined);
}

/** Null where nothing of it arrived: it may have been generated all the same. */
function outputTokens({ facts, outcome, answer }: CallToMeter, encoding: EncodingName): number | null {
  const told = answer.usage?.outputTokens ?? null;
  if (told !== null && outcome === 'success') return told;
  const at = facts.response as CapturedBytes | null;
  const seen = answer.parsed === undefined ? readCut(at, answer.kept) : { parsed: answer.parsed, scale: scaleOf(at) };
  // Google tells of thoughts, hardly any of which are shown, before it tells of the text behind them.
  const thoughts = facts.wire === 'google-generate-content' ? (answer.usage?.reasoningTokens ?? 0) : 0;
  const texts = seen === null ? null : answerTexts(facts.wire as WireFormat, seen.parsed, thoughts === 0);
  const { tokens } = countTokens(texts ?? [], encoding);
  if (tokens === 0) return told;
  return Math.max(told ?? 0, thoughts + Math.round(tokens * (seen?.scale ?? 1)));
}

interface InputCount {
  encoding: EncodingName;
  /** Whether messages are framed. */
  messages: boolean;
}

/** Null where the request is not known, or has what nobody can count. */
function inputTokens({ facts, request, model }: CallToMeter, { encoding, messages }: InputCount): number | null {
  const cut = request.parsed === undefined;
  const seen = cut ? readCut(facts.request, request.kept) : { parsed: request.parsed, scale: 1 };
  const texts = seen === null ? null : requestTexts(seen.parsed, messages);
  // Of a picture nearly all bytes are no text, so that bytes do not tell how much is missing.
  if (seen === null || texts === null || (cut && texts.images.length > 0)) return null;
  let tokens = texts.tokens + countTokens(texts.texts, encoding).tokens;
  for (const image of texts.images) {
    const count = imageTokens(model, image);
    if (count === null) return null;
    tokens += count;
  }
  return tokens === 0 ? null : Math.round(tokens * seen.scale);
}

interface Seen {
  parsed: unknown;
  /** How many times as long the whole is. */
  scale: number;
}

/** A JSON body of which the end is missing, as far as it was kept. Null when that is nothing, or does not show how much is missing. */
function readCut(at: CapturedBytes | null, kept: Uint8Array | null): Seen | null {
  if (at === null || kept === null || kept.length === 0) return null;
  const encoded = at.encoding !== '' && at.encoding !== 'identity';
  if (encoded && at.length < at.total) return null;
  const parsed = parseCutJson(Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString());
  return parsed === undefined ? null : { parsed, scale: encoded ? 1 : at.total / kept.length };
}

/** Events that were not kept had about as much text as the others. */
function scaleOf(at: CapturedBytes | null): number {
  return at === null || at.length === 0 ? 1 : at.total / at.length;
}
