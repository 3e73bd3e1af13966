import type { CallRecord, RecordRow } from '@helicone-proxy/core';

/** Start of the suite's time: the first hour of a day, unix ms. */
export const START = Date.UTC(2026, 0, 10);
export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** The nth id, in the form and order of UUIDv7. */
export function idOf(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A plain successful call, the nth; times are n seconds after `START`. */
export function recordRow(n: number, overrides: Partial<RecordRow> = {}): RecordRow {
  return {
    id: idOf(n),
    requestId: idOf(n),
    tenant: 'default',
    createdAt: START + n * SECOND,
    method: 'POST',
    path: '/v1/chat/completions',
    provider: 'openai',
    targetUrl: 'https://api.openai.com/v1/chat/completions',
    userId: null,
    properties: {},
    promptId: null,
    model: 'gpt-4o-mini',
    requestModel: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    modelOverride: null,
    status: 200,
    outcome: 'success',
    error: null,
    attempts: [],
    stream: false,
    truncated: false,
    finishReason: 'stop',
    delayMs: 250,
    timeToFirstTokenMs: null,
    promptTokens: 10,
    completionTokens: 5,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    promptAudioTokens: null,
    completionAudioTokens: null,
    usageSource: 'provider',
    costNanoUsd: 4_500,
    savedCostNanoUsd: null,
    priceSource: 'table',
    requestBytes: 100,
    responseBytes: 200,
    cacheEnabled: false,
    cacheReferenceId: null,
    traceId: null,
    spanId: null,
    parentSpanId: null,
    requestBody: null,
    responseBody: null,
    ...overrides,
  };
}

/** A row with a value, and a different one, in every column. */
export function fullRow(n: number, overrides: Partial<RecordRow> = {}): RecordRow {
  return recordRow(n, {
    requestId: 'c0ffee00-1111-4222-8333-444455556666',
    createdAt: START + n * SECOND + 7,
    method: 'PUT',
    path: '/v1/messages',
    provider: 'anthropic',
    targetUrl: 'https://api.anthropic.com/v1/messages',
    userId: 'user-1',
    properties: { environment: 'prod', session: 's 1' },
    promptId: 'prompt-1',
    model: 'claude-sonnet-4',
    requestModel: 'claude-sonnet',
    responseModel: 'claude-sonnet-4-20250514',
    modelOverride: 'claude-4',
    status: 529,
    outcome: 'upstream_error',
    error: 'overloaded_error',
    attempts: [
      {
        provider: 'anthropic',
        target: 'https://a.example',
        status: null,
        startedAt: START,
        durationMs: 1.5,
        error: 'reset',
      },
      { provider: 'anthropic', target: 'https://b.example', status: 529, startedAt: START + 2, durationMs: 3 },
    ],
    stream: true,
    truncated: true,
    finishReason: 'end_turn',
    delayMs: 1234.25,
    timeToFirstTokenMs: 0.75,
    promptTokens: 101,
    completionTokens: 102,
    cacheReadTokens: 103,
    cacheWriteTokens: 104,
    cacheWrite5mTokens: 105,
    cacheWrite1hTokens: 106,
    reasoningTokens: 107,
    promptAudioTokens: 108,
    usageDetails: { web_searches: 3, audio_seconds: 1.5 },
    providerUsage: '{"prompt_tokens":101,"of_its_own":[null,"é"]}',
    serviceTier: 'flex',
    completionAudioTokens: 109,
    usageSource: 'estimated',
    costNanoUsd: 123_456_789_012,
    savedCostNanoUsd: 150,
    priceSource: 'override',
    requestBytes: 110,
    responseBytes: 111,
    cacheEnabled: true,
    cacheReferenceId: 'c0ffee00-1111-4222-8333-777788889999',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '00f067aa0ba902b7',
    requestBody: utf8('{"messages":[{"role":"user","content":"Grüße, 世界 👋"}]}'),
    responseBody: utf8('{"content":"Hello \\"there\\""}'),
    ...overrides,
  });
}

/** A row with null in every column that may be null. */
export function emptyRow(n: number, overrides: Partial<RecordRow> = {}): RecordRow {
  return recordRow(n, {
    model: null,
    requestModel: null,
    responseModel: null,
    finishReason: null,
    promptTokens: null,
    completionTokens: null,
    usageSource: 'none',
    costNanoUsd: null,
    priceSource: null,
    requestBytes: null,
    responseBytes: null,
    ...overrides,
  });
}

/** A row with 0 in every column of numbers but the status. */
export function zeroRow(n: number, overrides: Partial<RecordRow> = {}): RecordRow {
  return recordRow(n, {
    delayMs: 0,
    timeToFirstTokenMs: 0,
    promptTokens: 0,
    completionTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    promptAudioTokens: 0,
    completionAudioTokens: 0,
    costNanoUsd: 0,
    savedCostNanoUsd: 0,
    requestBytes: 0,
    responseBytes: 0,
    ...overrides,
  });
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Keys of Helicone's records that a store has nothing to say of. */
export const NEVER_KNOWN = {
  asset_ids: null,
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
};

/** What a store should say of a row that nobody has patched. */
export function expectedRecord(row: RecordRow, { bodies = false } = {}): CallRecord {
  const iso = (ms: number) => new Date(Math.round(ms)).toISOString();
  const cost = row.costNanoUsd === null ? null : row.costNanoUsd / 1e9;
  const totalKnown = row.promptTokens !== null && row.completionTokens !== null;
  return {
    id: row.id,
    request_id: row.requestId,
    response_id: row.id,
    tenant: row.tenant,
    request_created_at: iso(row.createdAt),
    response_created_at: iso(row.createdAt + row.delayMs),
    request_path: row.path,
    request_method: row.method,
    request_user_id: row.userId,
    request_properties: row.properties,
    properties: row.properties,
    prompt_id: row.promptId,
    provider: row.provider,
    target_url: row.targetUrl,
    model: row.model,
    request_model: row.requestModel,
    response_model: row.responseModel,
    model_override: row.modelOverride,
    response_status: row.status,
    outcome: row.outcome,
    error: row.error,
    attempts: row.attempts,
    stream: row.stream,
    truncated: row.truncated,
    finish_reason: row.finishReason,
    delay_ms: row.delayMs,
    time_to_first_token: row.timeToFirstTokenMs,
    prompt_tokens: row.promptTokens,
    completion_tokens: row.completionTokens,
    total_tokens: totalKnown ? Number(row.promptTokens) + Number(row.completionTokens) : null,
    prompt_cache_read_tokens: row.cacheReadTokens,
    prompt_cache_write_tokens: row.cacheWriteTokens,
    prompt_cache_write_5m_tokens: row.cacheWrite5mTokens,
    prompt_cache_write_1h_tokens: row.cacheWrite1hTokens,
    reasoning_tokens: row.reasoningTokens,
    prompt_audio_tokens: row.promptAudioTokens,
    usage_details: row.usageDetails ?? null,
    provider_usage: row.providerUsage == null ? null : JSON.parse(row.providerUsage),
    service_tier: row.serviceTier ?? null,
    completion_audio_tokens: row.completionAudioTokens,
    usage_source: row.usageSource,
    cost_usd: cost,
    cost,
    costUSD: cost,
    saved_cost_usd: row.savedCostNanoUsd === null ? null : row.savedCostNanoUsd / 1e9,
    price_source: row.priceSource,
    feedback_rating: null,
    feedback_created_at: null,
    scores: {},
    request_bytes: row.requestBytes,
    response_bytes: row.responseBytes,
    cache_enabled: row.cacheEnabled,
    cache_reference_id: row.cacheReferenceId,
    trace_id: row.traceId,
    span_id: row.spanId,
    parent_span_id: row.parentSpanId,
    ...NEVER_KNOWN,
    ...(bodies ? { request_body: parsed(row.requestBody), response_body: parsed(row.responseBody) } : {}),
  };
}

function parsed(body: Uint8Array | null): unknown {
  if (body === null) return null;
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
