import type { Attempt, CallRecord } from '@helicone-proxy/core';
import { type ZodType, z } from 'zod';

const Outcome = z.enum([
  'success',
  'upstream_error',
  'client_closed',
  'truncated',
  'timeout',
  'rate_limited',
  'blocked',
]);

const AttemptSchema = z
  .strictObject({
    provider: z.string(),
    target: z.string().meta({ description: 'Origin that was called.' }),
    status: z.int().nullable().meta({ description: 'Status that the upstream answered; null when it answered none.' }),
    startedAt: z.number().meta({ description: 'Unix ms.' }),
    durationMs: z.number(),
    error: z.string().optional().meta({ description: 'Error code of the proxy, when the attempt failed.' }),
  })
  .meta({ id: 'Attempt', description: 'One call to a provider.' }) satisfies ZodType<Attempt>;

const time = z.iso.datetime();
const text = z.string().nullable();
const number = z.number().nullable();
const whole = z.int().nullable();
const properties = z.record(z.string(), z.string());
const notKnown = z.null().meta({ description: 'Helicone has this key; nothing is known of it here.' });

/** A record as REST shows it; see `CallRecord` of the core. */
export const CallRecordSchema = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the record, unique: UUIDv7.' }),
    request_id: z.string().meta({ description: 'Id of the request: the caller’s `Helicone-Request-Id`, else ours.' }),
    response_id: z.string(),
    tenant: z.string(),
    request_created_at: time,
    response_created_at: time,
    request_path: z.string(),
    request_method: z.string(),
    request_user_id: text,
    request_properties: properties,
    properties,
    prompt_id: text,
    provider: z.string(),
    target_url: z.string(),
    model: text.meta({ description: 'Override, else the answer’s, else the request’s.' }),
    request_model: text,
    response_model: text,
    model_override: text,
    response_status: z
      .int()
      .meta({ description: 'What the client got; -3: it left first, -1: a timeout of the proxy.' }),
    outcome: Outcome,
    error: text,
    attempts: z.array(AttemptSchema),
    stream: z.boolean(),
    truncated: z.boolean(),
    finish_reason: text,
    delay_ms: z.number(),
    time_to_first_token: number.meta({ description: 'Milliseconds.' }),
    prompt_tokens: whole.meta({ description: 'All input, cache reads and writes included; null: not known.' }),
    completion_tokens: whole.meta({ description: 'All output, reasoning included; null: not known.' }),
    total_tokens: whole,
    prompt_cache_read_tokens: whole,
    prompt_cache_write_tokens: whole,
    prompt_cache_write_5m_tokens: whole,
    prompt_cache_write_1h_tokens: whole,
    reasoning_tokens: whole,
    prompt_audio_tokens: whole,
    completion_audio_tokens: whole,
    usage_details: z.record(z.string(), z.number()).nullable().meta({
      description:
        'Usage that few answers tell: predictions, images, searches, seconds, …; only what is known. `charged_parts`: how many answers or models, each with a price of its own, the usage is the sum of.',
    }),
    provider_usage: z.unknown().meta({ description: 'The provider’s own usage object; null: none, or over 4 KiB.' }),
    service_tier: text.meta({ description: '`priority`, `flex`, `batch`, …; null: the provider’s standard.' }),
    usage_source: z.enum(['provider', 'estimated', 'none']),
    cost_usd: number.meta({ description: 'Null: price or usage is not known. 0: out of the cache.' }),
    cost: number,
    costUSD: number,
    saved_cost_usd: number,
    price_source: text,
    feedback_rating: z.boolean().nullable(),
    feedback_created_at: time.nullable(),
    scores: z.record(z.string(), z.number()),
    request_bytes: whole,
    response_bytes: whole,
    cache_enabled: z.boolean(),
    cache_reference_id: text.meta({
      description: 'Request id of the call whose answer this one got out of the cache.',
    }),
    trace_id: text,
    span_id: text,
    parent_span_id: text,
    asset_ids: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Media in the bodies; null where they were not looked through.' }),
    helicone_user: notKnown,
    prompt_version: notKnown,
    feedback_id: notKnown,
    llmSchema: notKnown,
    country_code: notKnown,
    asset_urls: notKnown,
    assets: notKnown,
    updated_at: notKnown,
    request_referrer: notKnown,
    ai_gateway_body_mapping: notKnown,
    storage_location: notKnown,
    signed_body_url: z.string().optional().meta({
      description:
        'Link to `{ request, response }` that needs no key and holds for an hour; there when bodies are not.',
    }),
    request_body: z
      .unknown()
      .optional()
      .meta({ description: 'JSON, else (also where it nests deeper than 1000 levels) text; null: not kept.' }),
    response_body: z
      .unknown()
      .optional()
      .meta({ description: 'JSON, else (also where it nests deeper than 1000 levels) text; null: not kept.' }),
  })
  .meta({ id: 'CallRecord', description: 'One recorded call.' }) satisfies ZodType<CallRecord>;
