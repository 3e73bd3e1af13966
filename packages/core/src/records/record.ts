import type { Attempt, Outcome } from './facts.js';
import type { UsageDetails } from './usage-details.js';

/** Levels that JSON of a body may nest to be given as JSON. */
export const MAX_BODY_LEVELS = 1000;

/** Where the token counts of a record come from. */
export type UsageSource = 'provider' | 'estimated' | 'none';

/** Keys of Helicone's `HeliconeRequest` of which nothing is known here: they are there, as null, for the clients that expect them. */
export const NOT_KNOWN_HERE = Object.freeze({
  helicone_user: null,
  prompt_version: null,
  feedback_id: null,
  llmSchema: null,
  country_code: null,
  asset_urls: null,
  assets: null,
  updated_at: null,
  request_referrer: null,
  ai_gateway_body_mapping: null,
  storage_location: null,
});
type NotKnownHere = { -readonly [Key in keyof typeof NOT_KNOWN_HERE]: null };

/**
 * One recorded call, as REST and `RecordStore` show it: Helicone's `HeliconeRequest` keys and ours.
 * Not known is null, never 0. Timestamps are ISO 8601 in UTC with milliseconds; durations are milliseconds.
 */
export interface CallRecord extends NotKnownHere {
  /** Ours, UUIDv7: unique, ordered by time. */
  id: string;
  /** The caller's UUID or ours; need not be unique, since SDK retries send it again. */
  request_id: string;
  response_id: string;
  tenant: string;
  request_created_at: string;
  response_created_at: string;
  request_path: string;
  request_method: string;
  request_user_id: string | null;
  request_properties: Record<string, string>;
  /** Same object as `request_properties`. */
  properties: Record<string, string>;
  prompt_id: string | null;
  provider: string;
  target_url: string;
  /** Model of the record: override, else the answer's, else the request's. */
  model: string | null;
  request_model: string | null;
  response_model: string | null;
  model_override: string | null;
  response_status: number;
  outcome: Outcome;
  /** Error code of ours or message of the provider, when there was one. */
  error: string | null;
  attempts: Attempt[];
  stream: boolean;
  truncated: boolean;
  finish_reason: string | null;
  delay_ms: number;
  time_to_first_token: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  total_tokens: number | null;
  prompt_cache_read_tokens: number | null;
  prompt_cache_write_tokens: number | null;
  prompt_cache_write_5m_tokens: number | null;
  prompt_cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  prompt_audio_tokens: number | null;
  completion_audio_tokens: number | null;
  /** Usage that few answers tell (predictions, images, searches, seconds, …), only what is known; null: nothing. */
  usage_details: UsageDetails | null;
  /** The provider's own usage object, as it told it; null when it told none, or one longer than 4 KiB. */
  provider_usage: unknown;
  /** `priority`, `flex`, `batch`, …, several joined with `+`; null: the provider's standard. */
  service_tier: string | null;
  usage_source: UsageSource;
  /** USD; null when price or usage is unknown. `cost` and `costUSD` say the same. */
  cost_usd: number | null;
  cost: number | null;
  costUSD: number | null;
  saved_cost_usd: number | null;
  /** Which table the price came from; null when there was none. */
  price_source: string | null;
  feedback_rating: boolean | null;
  feedback_created_at: string | null;
  scores: Record<string, number>;
  /** Bytes that passed, before any cut. */
  request_bytes: number | null;
  response_bytes: number | null;
  /** The call asked for the cache. */
  cache_enabled: boolean;
  /** Request id of the call whose answer this one got out of the cache; null where the provider was called. */
  cache_reference_id: string | null;
  /** OpenTelemetry ids of the call's span, lower-case hex; null where there is none. */
  trace_id: string | null;
  span_id: string | null;
  parent_span_id: string | null;
  /** Media in the bodies; null where they were not looked through, which REST does for a single record with its bodies. */
  asset_ids: string[] | null;
  /** Link to the bodies that needs no key, for an hour; REST gives it. */
  signed_body_url?: string;
  /** Present when bodies were asked for: parsed JSON, else (also where it nests deeper than 1000 levels) text; null when not kept. */
  request_body?: unknown;
  response_body?: unknown;
}
