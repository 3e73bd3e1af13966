import { expect, test } from 'vitest';
import { messageTier } from './anthropic-service-tier.js';

test('service tier, speed and place, in this order', () => {
  const tier = messageTier;
  expect(tier({ service_tier: 'standard', speed: 'standard', inference_geo: 'global' })).toBe(null);
  expect(tier({ service_tier: null, speed: null, inference_geo: 'not_available' })).toBe(null);
  expect(tier({ service_tier: 'priority' })).toBe('priority');
  expect(tier({ speed: 'fast' })).toBe('fast');
  expect(tier({ inference_geo: 'us', speed: 'fast', service_tier: 'batch' })).toBe('batch+fast+us');
  expect(tier({})).toBe(null);
});
