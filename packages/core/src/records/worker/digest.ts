import type { createPricer, Price } from '../../cost/price.js';
import type { Usage } from '../../cost/usage.js';
import type { CallFacts, Outcome } from '../facts.js';
import type { RecordRow } from '../store.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';
import { readProviderMessages } from './read-session.js';
import { readRequested } from './requested.js';

export interface DigestOptions {
  pricer: ReturnType<typeof createPricer>;
  /** How much of each body is kept, bytes. */
  recordBodyBytes: number;
}

/** Makes a row of what the request thread knew of a call and the bytes that it captured. Throws only on JSON deeper than the stack. */
export function digest(facts: CallFacts, bytes: Buffer, { pricer, recordBodyBytes }: DigestOptions): RecordRow {
  const sent = slice(bytes, facts.request);
  const received = slice(bytes, facts.response);
  const request = readRequested(facts, sent, recordBodyBytes);
  const answer =
    facts.session === null
      ? readAnswer(facts, received, recordBodyBytes)
      : readProviderMessages(facts, received, recordBodyBytes);
  const outcome = outcomeOf(facts, answer);
  const model = facts.modelOverride ?? answer.model ?? request.model;
  const { usage } = answer;
  // Its answer tells what the call that it comes from used: this one used nothing, and saved that.
  const hit = facts.cacheReferenceId !== null;
  const price = priceOf(answer, model, { facts, pricer });
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
    truncated: outcome === 'truncated' || answer.cut || answer.complete === false,
    finishReason: answer.finishReason,
    delayMs: facts.delayMs,
    timeToFirstTokenMs: answer.timeToFirstTokenMs,
    ...tokensOf(hit ? USED_NOTHING : usage),
    usageSource: usage === null || hit ? 'none' : 'provider',
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
    ...(facts.webhooks ? {} : { quiet: true as const }),
  };
}

interface Pricing {
  facts: CallFacts;
  pricer: DigestOptions['pricer'];
}

function priceOf({ usage, charged }: ReadAnswer, model: string | null, { facts, pricer }: Pricing): Price | null {
  if (usage === null) return null;
  let nanoUsd = 0;
  let source: string | null = null;
  // Each on its own: a rate that holds for long inputs does not hold for many short ones.
  for (const each of charged ?? [{ model, usage }]) {
    const named = facts.modelOverride ?? each.model ?? model;
    if (named === null) return null;
    const price = pricer.price({ provider: facts.provider, model: named, usage: each.usage, at: facts.createdAt });
    if (price === null) return null;
    nanoUsd += price.nanoUsd;
    source ??= price.source;
  }
  return source === null ? null : { nanoUsd, source };
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
