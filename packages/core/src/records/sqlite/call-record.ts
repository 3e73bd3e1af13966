import type { Attempt, Outcome } from '../facts.js';
import { nestsDeeper } from '../nests-deeper.js';
import { type CallRecord, MAX_BODY_LEVELS, NOT_KNOWN_HERE, type UsageSource } from '../record.js';
import type { UsageDetails } from '../usage-details.js';
import type { BodyTexts } from './blocks.js';
import { COLUMNS } from './columns.js';

/** Columns to select for `toCallRecord`. */
export const RECORD_COLUMNS = [
  ...COLUMNS.map(({ name }) => name),
  'feedback_rating',
  'feedback_at',
  'scores',
  'block',
  'slot',
].join(', ');

type Row = Record<string, unknown>;

/** A row of `records` as REST shows it. Body keys are there only when `bodies` is given. */
export function toCallRecord(row: Row, bodies: BodyTexts | null): CallRecord {
  const createdAt = row.created_at as number;
  const delayMs = row.delay_ms as number;
  const promptTokens = row.prompt_tokens as number | null;
  const completionTokens = row.completion_tokens as number | null;
  const cost = usd(row.cost_nano);
  const properties = parse<Record<string, string>>(row.properties) ?? {};
  const record: CallRecord = {
    id: row.id as string,
    request_id: row.request_id as string,
    response_id: row.id as string,
    tenant: row.tenant as string,
    request_created_at: isoTime(createdAt),
    response_created_at: isoTime(createdAt + delayMs),
    request_path: row.path as string,
    request_method: row.method as string,
    request_user_id: row.user_id as string | null,
    request_properties: properties,
    properties,
    prompt_id: row.prompt_id as string | null,
    provider: row.provider as string,
    target_url: row.target_url as string,
    model: row.model as string | null,
    request_model: row.request_model as string | null,
    response_model: row.response_model as string | null,
    model_override: row.model_override as string | null,
    response_status: row.status as number,
    outcome: row.outcome as Outcome,
    error: row.error as string | null,
    attempts: parse<Attempt[]>(row.attempts) ?? [],
    stream: row.stream === 1,
    truncated: row.truncated === 1,
    finish_reason: row.finish_reason as string | null,
    delay_ms: delayMs,
    time_to_first_token: row.ttft_ms as number | null,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens,
    prompt_cache_read_tokens: row.cache_read_tokens as number | null,
    prompt_cache_write_tokens: row.cache_write_tokens as number | null,
    prompt_cache_write_5m_tokens: row.cache_write_5m_tokens as number | null,
    prompt_cache_write_1h_tokens: row.cache_write_1h_tokens as number | null,
    reasoning_tokens: row.reasoning_tokens as number | null,
    prompt_audio_tokens: row.prompt_audio_tokens as number | null,
    completion_audio_tokens: row.completion_audio_tokens as number | null,
    usage_details: parse<UsageDetails>(row.usage_details),
    provider_usage: parse<unknown>(row.provider_usage),
    service_tier: row.service_tier as string | null,
    usage_source: row.usage_source as UsageSource,
    cost_usd: cost,
    cost,
    costUSD: cost,
    saved_cost_usd: usd(row.saved_cost_nano),
    price_source: row.price_source as string | null,
    feedback_rating: row.feedback_rating === null ? null : row.feedback_rating === 1,
    feedback_created_at: row.feedback_at === null ? null : isoTime(row.feedback_at as number),
    scores: parse<Record<string, number>>(row.scores) ?? {},
    request_bytes: row.request_bytes as number | null,
    response_bytes: row.response_bytes as number | null,
    cache_enabled: row.cache_enabled === 1,
    cache_reference_id: row.cache_reference_id as string | null,
    trace_id: row.trace_id as string | null,
    span_id: row.span_id as string | null,
    parent_span_id: row.parent_span_id as string | null,
    asset_ids: null,
    ...NOT_KNOWN_HERE,
  };
  if (bodies !== null) {
    record.request_body = bodyOf(bodies.request);
    record.response_body = bodyOf(bodies.response);
  }
  return record;
}

/** ISO 8601 of unix ms; the end of time for what is beyond it, so that one odd row never hides a whole page. */
export function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(Math.round(ms), -MAX_TIME), MAX_TIME)).toISOString();
}

const MAX_TIME = 8.64e15;

function usd(nano: unknown): number | null {
  return nano === null ? null : (nano as number) / 1e9;
}

function parse<Value>(json: unknown): Value | null {
  return json === null ? null : (JSON.parse(json as string) as Value);
}

function bodyOf(text: string | null): unknown {
  // What is nested too deep to be handed on would hide the whole page, too.
  if (text === null || nestsDeeper(text, MAX_BODY_LEVELS)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
