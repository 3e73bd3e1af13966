import { expect, test } from 'vitest';
import type { RecordRow } from '../records/store.js';
import { CallCounters } from './call-counters.js';

const ROW = {
  provider: 'openai',
  model: 'm-1',
  status: 200,
  outcome: 'success',
  delayMs: 30,
  timeToFirstTokenMs: null,
  promptTokens: null,
  completionTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costNanoUsd: null,
  savedCostNanoUsd: null,
  cacheEnabled: false,
  cacheReferenceId: null,
} as Partial<RecordRow> as RecordRow;

/** Lines of one metric after these rows. */
function linesOf(name: string, ...rows: Partial<RecordRow>[]): string[] {
  const counters = new CallCounters();
  for (const row of rows) counters.count({ ...ROW, ...row });
  return counters
    .text()
    .split('\n')
    .filter((line) => line.startsWith(`helicone_proxy_${name}`))
    .map((line) => line.slice('helicone_proxy_'.length));
}

test('a call without an answer, and one without a model', () => {
  expect(linesOf('requests_total', { status: -3, outcome: 'client_closed' }, { model: null })).toEqual([
    'requests_total{provider="openai",model="m-1",status_class="none",outcome="client_closed"} 1',
    'requests_total{provider="openai",model="unknown",status_class="2xx",outcome="success"} 1',
  ]);
});

test('every type of token; not known adds nothing, zero makes a series', () => {
  const told = { promptTokens: 10, completionTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 2, reasoningTokens: 1 };
  expect(linesOf('tokens_total', told, {})).toEqual([
    'tokens_total{provider="openai",model="m-1",type="input"} 10',
    'tokens_total{provider="openai",model="m-1",type="output"} 5',
    'tokens_total{provider="openai",model="m-1",type="cached_input"} 0',
    'tokens_total{provider="openai",model="m-1",type="cache_write"} 2',
    'tokens_total{provider="openai",model="m-1",type="reasoning"} 1',
  ]);
});

test('a cost that is not known is counted where there may be one', () => {
  const rows: Partial<RecordRow>[] = [
    { costNanoUsd: 0 },
    {},
    { outcome: 'client_closed' },
    { outcome: 'truncated' },
    { outcome: 'upstream_error' },
    { outcome: 'rate_limited' },
    { model: null },
  ];
  expect(linesOf('unknown_cost_total', ...rows)).toEqual([
    'unknown_cost_total{provider="openai",model="m-1"} 3',
    'unknown_cost_total{provider="openai",model="unknown"} 0',
  ]);
  expect(linesOf('cost_usd_total', ...rows)).toEqual(['cost_usd_total{provider="openai",model="m-1"} 0']);
});

test('a histogram: a value on a bound is below it, one above all is in the last', () => {
  const lines = linesOf('time_to_first_token_seconds', { timeToFirstTokenMs: 40 }, { timeToFirstTokenMs: 7e5 });
  const labels = 'provider="openai",model="m-1"';
  expect(lines).toHaveLength(20);
  expect(lines.slice(0, 3)).toEqual([
    `time_to_first_token_seconds_bucket{${labels},le="0.01"} 0`,
    `time_to_first_token_seconds_bucket{${labels},le="0.02"} 0`,
    `time_to_first_token_seconds_bucket{${labels},le="0.04"} 1`,
  ]);
  expect(lines.slice(-4)).toEqual([
    `time_to_first_token_seconds_bucket{${labels},le="655.36"} 1`,
    `time_to_first_token_seconds_bucket{${labels},le="+Inf"} 2`,
    `time_to_first_token_seconds_sum{${labels}} 700.04`,
    `time_to_first_token_seconds_count{${labels}} 2`,
  ]);
});

test('what callers name stays bounded and cannot break a line', () => {
  expect(linesOf('requests_total', { model: `"\\\n\ud800${'x'.repeat(500)}` })).toEqual([
    `requests_total{provider="openai",model="\\"\\\\\\n\ufffd${'x'.repeat(124)}",status_class="2xx",outcome="success"} 1`,
  ]);
  const many = Array.from({ length: 500 }, (_, i) => ({ provider: `host-${i}.example` }));
  const lines = linesOf('requests_total', ...many, { provider: 'host-0.example' });
  expect(lines).toHaveLength(201);
  expect(lines[0]).toBe('requests_total{provider="host-0.example",model="m-1",status_class="2xx",outcome="success"} 2');
  expect(lines[200]).toBe('requests_total{provider="other",model="other",status_class="2xx",outcome="success"} 300');
});
