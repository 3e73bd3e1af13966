// What may be filtered and sorted by, declared once: validation, REST documentation and every store's SQL come from it.
import type { CallRecord } from './record.js';

export type FilterType = 'text' | 'number' | 'timestamp' | 'boolean';

/** Columns of a record that conditions can look at, by their names in `CallRecord`, and what they hold. */
export const FILTER_COLUMNS = {
  id: 'text',
  tenant: 'text',
  request_id: 'text',
  request_created_at: 'timestamp',
  response_created_at: 'timestamp',
  request_path: 'text',
  request_method: 'text',
  request_user_id: 'text',
  prompt_id: 'text',
  provider: 'text',
  target_url: 'text',
  model: 'text',
  request_model: 'text',
  response_model: 'text',
  model_override: 'text',
  response_status: 'number',
  outcome: 'text',
  error: 'text',
  stream: 'boolean',
  truncated: 'boolean',
  finish_reason: 'text',
  delay_ms: 'number',
  time_to_first_token: 'number',
  prompt_tokens: 'number',
  completion_tokens: 'number',
  total_tokens: 'number',
  prompt_cache_read_tokens: 'number',
  prompt_cache_write_tokens: 'number',
  prompt_cache_write_5m_tokens: 'number',
  prompt_cache_write_1h_tokens: 'number',
  reasoning_tokens: 'number',
  prompt_audio_tokens: 'number',
  completion_audio_tokens: 'number',
  service_tier: 'text',
  usage_source: 'text',
  cost_usd: 'number',
  saved_cost_usd: 'number',
  price_source: 'text',
  feedback_rating: 'boolean',
  feedback_created_at: 'timestamp',
  request_bytes: 'number',
  response_bytes: 'number',
  cache_enabled: 'boolean',
  cache_reference_id: 'text',
  trace_id: 'text',
  span_id: 'text',
  parent_span_id: 'text',
} as const satisfies { [Column in keyof CallRecord]?: FilterType };

export type FilterColumn = keyof typeof FILTER_COLUMNS;

/**
 * How a field of Helicone's filter is read: a column, the text of a body, one property or score by its name, the
 * names of properties themselves, or whether the answer came out of the cache.
 */
export type FieldRule =
  | { kind: 'column'; column: FilterColumn }
  | { kind: 'body'; body: 'request' | 'response' }
  | { kind: 'property' | 'score' }
  | { kind: 'property-key' | 'cached' };

/** Stands for every field of a table whose fields are the names of properties or scores. */
export const ANY_FIELD = '*';

const column = (name: FilterColumn): FieldRule => ({ kind: 'column', column: name });

/**
 * Helicone's fields by table, and ours besides. Costs are USD here, not Helicone's integers.
 * `properties` and its like take one more level, the name: `{ properties: { environment: { equals: 'prod' } } }`.
 */
export const FILTER_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  request_response_rmt: {
    request_id: column('request_id'),
    user_id: column('request_user_id'),
    organization_id: column('tenant'),
    provider: column('provider'),
    model: column('model'),
    status: column('response_status'),
    latency: column('delay_ms'),
    cost: column('cost_usd'),
    'helicone-score-feedback': column('feedback_rating'),
    request_body: { kind: 'body', body: 'request' },
    response_body: { kind: 'body', body: 'response' },
    property_key: { kind: 'property-key' },
    cached: { kind: 'cached' },
    properties: { kind: 'property' },
    search_properties: { kind: 'property' },
    scores: { kind: 'score' },
    ...sameName(
      'request_created_at',
      'response_created_at',
      'time_to_first_token',
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'prompt_cache_read_tokens',
      'prompt_cache_write_tokens',
      'target_url',
      'prompt_id',
      'cache_enabled',
      'cache_reference_id',
      // Ours: Helicone has no such fields.
      'id',
      'request_path',
      'request_method',
      'request_model',
      'response_model',
      'model_override',
      'outcome',
      'error',
      'stream',
      'truncated',
      'finish_reason',
      'prompt_cache_write_5m_tokens',
      'prompt_cache_write_1h_tokens',
      'reasoning_tokens',
      'prompt_audio_tokens',
      'completion_audio_tokens',
      'service_tier',
      'usage_source',
      'saved_cost_usd',
      'price_source',
      'feedback_created_at',
      'request_bytes',
      'response_bytes',
      'trace_id',
      'span_id',
      'parent_span_id',
    ),
  },
  request: {
    id: column('request_id'),
    created_at: column('request_created_at'),
    user_id: column('request_user_id'),
    org_id: column('tenant'),
    model: column('request_model'),
    modelOverride: column('model_override'),
    path: column('request_path'),
    prompt_id: column('prompt_id'),
    prompt: { kind: 'body', body: 'request' },
  },
  response: {
    status: column('response_status'),
    model: column('response_model'),
    body_model: column('model'),
    body_tokens: column('total_tokens'),
    body_completion: { kind: 'body', body: 'response' },
  },
  feedback: { rating: column('feedback_rating'), created_at: column('feedback_created_at') },
  properties: { [ANY_FIELD]: { kind: 'property' } },
  values: { [ANY_FIELD]: { kind: 'property' } },
  scores: { [ANY_FIELD]: { kind: 'score' } },
};

/**
 * Fields that Helicone has and no record here: refused with a reason of their own, since an answer for them would be
 * wrong without saying so.
 */
export const NOT_RECORDED: ReadonlySet<string> = new Set([
  'country_code',
  'node_id',
  'job_id',
  'threat',
  'assets',
  'scores_column',
  'prompt_version',
  'request_referrer',
  'is_passthrough_billing',
  'auth_hash',
  'proxy_key_id',
]);

/** Helicone's sort keys and some of ours, and the column each sorts by. */
export const SORT_KEYS = {
  created_at: 'request_created_at',
  latency: 'delay_ms',
  time_to_first_token: 'time_to_first_token',
  total_tokens: 'total_tokens',
  prompt_tokens: 'prompt_tokens',
  completion_tokens: 'completion_tokens',
  cost: 'cost_usd',
  user_id: 'request_user_id',
  body_model: 'model',
  model: 'model',
  provider: 'provider',
  status: 'response_status',
  request_id: 'request_id',
} as const satisfies Record<string, FilterColumn>;

export type SortColumn = (typeof SORT_KEYS)[keyof typeof SORT_KEYS];

function sameName(...names: FilterColumn[]): Record<string, FieldRule> {
  return Object.fromEntries(names.map((name) => [name, column(name)]));
}
