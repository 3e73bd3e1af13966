import { expect, test } from 'vitest';
import { googleGenerateContent } from './google-generate-content.js';

test.each<[string, object, Record<string, string>, string | null]>([
  ['header', {}, { 'x-gemini-service-tier': 'priority' }, 'priority'],
  ['header before body', { serviceTier: 'priority' }, { 'x-gemini-service-tier': 'standard' }, null],
  ['body', { serviceTier: 'flex' }, {}, 'flex'],
  ['old names', { serviceTier: 'SERVICE_TIER_PRIORITY' }, {}, 'priority'],
  ['unspecified', { serviceTier: 'unspecified' }, {}, null],
  ['Vertex', { trafficType: 'ON_DEMAND' }, {}, null],
  ['Vertex flex', { trafficType: 'ON_DEMAND_FLEX' }, {}, 'flex'],
  ['Vertex priority', { trafficType: 'ON_DEMAND_PRIORITY' }, {}, 'priority'],
  ['Vertex prepaid', { trafficType: 'PROVISIONED_THROUGHPUT' }, {}, 'provisioned_throughput'],
  ['Vertex unspecified', { trafficType: 'TRAFFIC_TYPE_UNSPECIFIED' }, {}, null],
  ['nothing', {}, {}, null],
  ['no text', { serviceTier: 7 }, {}, null],
])('service tier: %s', (_what, usageMetadata, headers, tier) => {
  const context = { provider: 'google', path: '/', headers, requestModel: null };
  expect(googleGenerateContent.facts({ usageMetadata }, context).serviceTier).toBe(tier);
  const rebuilder = googleGenerateContent.rebuild(context);
  rebuilder.push({ event: '', data: JSON.stringify({ usageMetadata }) });
  expect(rebuilder.facts().serviceTier).toBe(tier);
});
