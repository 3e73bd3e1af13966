import { expect, test } from 'vitest';
import { createCall } from '../call.js';
import type { Headers } from '../contract.js';
import type { Fallback, Policy } from '../policy/policy.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { mayBeDearer } from './may-be-dearer.js';

interface Asked {
  body?: object | string | null;
  headers?: Headers;
  fallbacks?: (object | null)[];
}

function isDearer({ body = {}, headers = {}, fallbacks }: Asked): boolean {
  const { signal } = new AbortController();
  const call = createCall({ method: 'POST', path: '/', query: '', headers, body: null, signal }, createByteBudget(0));
  const entries = fallbacks?.map((bodyKeyOverride) => ({ bodyKeyOverride }) as Fallback) ?? null;
  call.policy = { fallbacks: entries } as Partial<Policy> as Policy;
  if (body !== null) call.body = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return mayBeDearer(call);
}

test.each<[Asked]>([
  [{}],
  [{ body: { service_tier: null } }],
  [{ body: { service_tier: 'default' } }],
  [{ body: { service_tier: 'standard_only', speed: 'standard', inference_geo: 'global' } }],
  [{ body: { service_tier: 'flex' } }],
  [{ body: { service_tier: 'batch' } }],
  [{ body: { service_tier: 'on_demand' } }],
  [{ body: { serviceTier: 'FLEX' } }],
  [{ body: { serviceTier: { type: 'default' }, performanceConfig: { latency: 'standard' } } }],
  // Only at the top.
  [{ body: { messages: [{ service_tier: 'priority' }] } }],
  [{ headers: { 'x-vertex-ai-llm-shared-request-type': 'flex', 'x-amzn-bedrock-service-tier': 'default' } }],
  [{ fallbacks: [null, {}, { service_tier: 'flex' }] }],
])('%j is usual', (asked) => {
  expect(isDearer(asked)).toBe(false);
});

test.each<[Asked]>([
  [{ body: { service_tier: 'auto' } }],
  [{ body: { service_tier: 'priority' } }],
  [{ body: { service_tier: 'Fast' } }],
  [{ body: { service_tier: 'ultrafast' } }],
  [{ body: { service_tier: 'of tomorrow' } }],
  [{ body: { service_tier: 1 } }],
  [{ body: { service_tier: ['flex'] } }],
  [{ body: { serviceTier: 'PRIORITY' } }],
  [{ body: { serviceTier: { type: 'priority' } } }],
  [{ body: { performanceConfig: { latency: 'optimized' } } }],
  [{ body: { speed: 'fast' } }],
  [{ body: { inference_geo: 'us' } }],
  [{ body: { fallbacks: [{ model: 'claude-opus-5-5', speed: 'fast' }] } }],
  [{ body: '{"service_tier":"priority","service_tier":"default"}' }],
  [{ body: '{"service_tier":default}' }],
  [{ body: '{"service\\u005ftier":"priority"}' }],
  [{ headers: { 'x-vertex-ai-llm-shared-request-type': 'priority' } }],
  [{ headers: { 'x-amzn-bedrock-service-tier': 'priority' } }],
  [{ headers: { 'x-amzn-bedrock-performanceconfig-latency': 'optimized' } }],
  [{ fallbacks: [{ model: 'x' }, { service_tier: 'priority' }] }],
  // What cannot be looked into.
  [{ body: null }],
  [{ body: 'no JSON' }],
])('%j may be dearer', (asked) => {
  expect(isDearer(asked)).toBe(true);
});

test('a long value is not parsed', () => {
  let text = `{"serviceTier":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(isDearer({ body: text })).toBe(true);
  text = `{"service_tier":${JSON.stringify('flex'.repeat(100))}}`;
  expect(isDearer({ body: text })).toBe(true);
});
