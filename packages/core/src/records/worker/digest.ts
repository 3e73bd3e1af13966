import type { createPricer, Price } from '../../cost/price.js';
import { tierAtPlace } from '../../cost/tier-at-place.js';
import type { Usage } from '../../cost/usage.js';
import type { CallFacts, Outcome } from '../facts.js';
import type { RecordRow } from '../store.js';
import { usageDetailsOf } from '../usage-details.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';
import { readProviderMessages } from './read-session.js';
import { readRequested } from './requested.js';
import { usageOfCall } from './usage-of-call.js';

export interface DigestOptions {
  pricer: ReturnType<typeof createPricer>;
  /** How much of each body is kept, bytes. */
  recordBodyBytes: number;
}

/** Makes a row of what the request thread knew of a call and the bytes that it captured. Throws only on JSON deeper than the stack. */
export function digest(facts: CallFacts, bytes: Buffer, { pricer, recordBodyBytes }: DigestOptions): RecordRow {
  const received = slice(bytes, facts.response);
  const request = readRequested(facts, slice(bytes, facts.request), recordBodyBytes);
  const answer =
    facts.session === null
      ? readAnswer(facts, received, { maxBytes: recordBodyBytes, requestModel: request.model })
      : readProviderMessages(facts, received, recordBodyBytes);
  const outcome = outcomeOf(facts, answer);
  const model = facts.modelOverride ?? answer.model ?? request.model;
  const { usage, source: usageSource, atLeast } = usageOfCall({ facts, outcome, request, answer, model });
  // Its answer tells what the call that it comes from used: this one used nothing, and saved that.
  const hit = facts.cacheReferenceId !== null;
  const serviceTier = tierAtPlace(answer.serviceTier ?? null, facts.provider, facts.targetUrl);
  const price = priceOf({ ...answer, usage, serviceTier }, model, { facts, pricer });
  return {
    id: facts.id,
    requestId: facts.requestId,
    tenant: facts.tenant,
    createdAt: facts.createdAt,
    method: facts.method,
    path: facts.path,
    provider: facts.provider,
    targetUrl: facts.targetUrl,
    userId: facts.userId ?? request.user,
    properties: facts.properties,
    promptId: facts.promptId,
    model,
    requestModel: request.model,
    responseModel: answer.model,
    modelOverride: facts.modelOverride,
    status: statusOf(facts, outcome),
    outcome,
    error: facts.outcome === outcome ? (facts.error ?? answer.error) : answer.error,
    attempts: facts.attempts,
    stream: answer.stream || request.stream,
    truncated: isTruncated(facts, outcome, answer),
    finishReason: answer.finishReason,
    delayMs: facts.delayMs,
    timeToFirstTokenMs: answer.timeToFirstTokenMs,
    ...tokensOf(hit ? USED_NOTHING : usage),
    usageDetails: hit || usage === null ? null : usageDetailsOf(usage, partsOf(answer, model, facts)),
    providerUsage: providerUsage(answer.usageObject ?? null),
    serviceTier,
    usageSource: hit ? 'none' : usageSource,
    costNanoUsd: hit ? 0 : (price?.nanoUsd ?? null),
    savedCostNanoUsd: hit ? (price?.nanoUsd ?? null) : null,
    priceSource: price?.source ?? null,
    requestBytes: facts.request?.total ?? null,
    responseBytes: facts.response?.total ?? null,
    cacheEnabled: facts.cacheEnabled,
    cacheReferenceId: facts.cacheReferenceId,
    traceId: facts.trace?.traceId ?? null,
    spanId: facts.trace?.spanId ?? null,
    parentSpanId: facts.trace?.parentSpanId ?? null,
    requestBody: facts.omitRequest ? null : request.kept,
    responseBody: facts.omitResponse ? null : answer.kept,
    ...(atLeast === true ? { atLeast } : {}),
    ...(facts.webhooks ? {} : { quiet: true as const }),
  };
}

/** Longer ones are none. Characters. */
const MAX_PROVIDER_USAGE = 4096;

function providerUsage(told: object | null): string | null {
  if (told === null) return null;
  try {
    const text = JSON.stringify(told);
    return text.length > MAX_PROVIDER_USAGE ? null : text;
  } catch {
    // Nested deeper than the stack.
    return null;
  }
}

interface Pricing {
  facts: CallFacts;
  pricer: DigestOptions['pricer'];
}

function priceOf(answer: ReadAnswer, model: string | null, { facts, pricer }: Pricing): Price | null {
  const { usage, charged, serviceTier = null } = answer;
  if (usage === null) return null;
  let nanoUsd = 0;
  let source: string | null = null;
  // Each on its own: a rate that holds for long inputs does not hold for many short ones.
  for (const each of charged ?? [{ model, usage }]) {
    const price = pricer.price({
      provider: facts.provider,
      // Without a name there is no list price, but the provider may have told the cost.
      model: modelOfPart(each.model, answer, facts) ?? model ?? '',
      usage: each.usage,
      serviceTier,
      at: facts.createdAt,
    });
    if (price === null) return null;
    nanoUsd += price.nanoUsd;
    source ??= price.source;
  }
  return source === null ? null : { nanoUsd, source };
}

/** An override names the call's model; a part that another model did (a transcriber, a painter) keeps that one. */
function modelOfPart(part: string | null, answer: ReadAnswer, { modelOverride }: CallFacts): string | null {
  return part === null || part === answer.model ? (modelOverride ?? part) : part;
}

/** How many parts were charged one by one; null where the whole is charged at once, as the record's model. */
function partsOf(answer: ReadAnswer, model: string | null, facts: CallFacts): number | null {
  const { charged = [] } = answer;
  const [first, second] = charged;
  if (first === undefined) return null;
  const asWhole = second === undefined && (modelOfPart(first.model, answer, facts) ?? model) === model;
  return asWhole ? null : charged.length;
}

type Tokens = Pick<
  RecordRow,
  | 'promptTokens'
  | 'completionTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'cacheWrite5mTokens'
  | 'cacheWrite1hTokens'
  | 'reasoningTokens'
  | 'promptAudioTokens'
  | 'completionAudioTokens'
>;

const USED_NOTHING: Partial<Usage> = { inputTokens: 0, outputTokens: 0 };

function tokensOf(usage: Partial<Usage> | null): Tokens {
  return {
    promptTokens: usage?.inputTokens ?? null,
    completionTokens: usage?.outputTokens ?? null,
    cacheReadTokens: usage?.cacheReadTokens ?? null,
    cacheWriteTokens: usage?.cacheWriteTokens ?? null,
    cacheWrite5mTokens: usage?.cacheWrite5mTokens ?? null,
    cacheWrite1hTokens: usage?.cacheWrite1hTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    promptAudioTokens: usage?.inputAudioTokens ?? null,
    completionAudioTokens: usage?.outputAudioTokens ?? null,
  };
}

/** Not the whole of it arrived or was kept. A document that ended early is whole where it can be read all the same. */
function isTruncated({ response }: CallFacts, outcome: Outcome, answer: ReadAnswer): boolean {
  if (outcome === 'truncated' || answer.cut || answer.complete === false) return true;
  if (outcome !== 'client_closed' && outcome !== 'timeout') return false;
  return !answer.stream && (response?.total ?? 0) > 0 && answer.parsed === undefined;
}

function slice(bytes: Buffer, at: CallFacts['request']): Buffer {
  return at === null ? bytes.subarray(0, 0) : bytes.subarray(at.offset, at.offset + at.length);
}

/** What only a look into the answer shows: an error inside a 200, a clean end without the terminal event, and the reverse. */
function outcomeOf({ outcome, leftEarly }: CallFacts, { complete, error }: ReadAnswer): Outcome {
  if (outcome === 'success' && error !== null) return 'upstream_error';
  if (outcome === 'success' && complete === false) return 'truncated';
  // Clients hang up right behind the terminal event: such a call was answered in full.
  if (outcome === 'client_closed' && complete === true && !leftEarly) return 'success';
  return outcome;
}

function statusOf(facts: CallFacts, outcome: Outcome): number {
  if (outcome === facts.outcome || outcome !== 'success') return facts.status;
  return facts.attempts.at(-1)?.status ?? facts.status;
}
