import { expect, test } from 'vitest';
import { sdkPath } from './sdk-path.js';

test.each([
  ['POST', '/v1/feedback', '/v1/feedback'],
  ['POST', '/openai/v1/feedback', '/v1/feedback'],
  ['POST', '/oai/v1/feedback', '/v1/feedback'],
  ['POST', '/anthropic/v1/feedback', '/v1/feedback'],
  ['PUT', '/v1/request/an-id/property', '/v1/request/an-id/property'],
  ['PUT', '/openai/v1/request/an-id/property', '/v1/request/an-id/property'],
])("%s %s is Helicone's", (method, path, api) => {
  expect(sdkPath(method, path)).toBe(api);
});

test.each([
  ['GET', '/v1/feedback'],
  ['PUT', '/v1/feedback'],
  ['POST', '/v1/request/an-id/property'],
  ['PUT', '/v1/request/a/b/property'],
  ['PUT', '/v1/request//property'],
  ['POST', '/gateway/v1/feedback'],
  ['POST', '/mistral/v1/feedback'],
  ['POST', '/openai/v1/feedback/more'],
  ['POST', '/openai/v2/feedback'],
  ['POST', '/openai/v1/chat/completions'],
])('%s %s is a call to a provider', (method, path) => {
  expect(sdkPath(method, path)).toBe(null);
});
