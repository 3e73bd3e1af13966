import { expect, test } from 'vitest';
import { googleGenerateContent } from './google-generate-content.js';

test.each<[string | null, unknown, number | null]>([
  ['gemini-3-pro-preview', { webSearchQueries: ['a', 'b', '', 'a'] }, 2],
  ['gemini-3-pro-preview', { webSearchQueries: ['a'], imageSearchQueries: ['b'] }, 2],
  ['gemini-3-pro-preview', { webSearchQueries: ['', 7] }, 0],
  ['gemini-3.1-flash-image-preview', {}, 0],
  ['gemini-2.5-flash', { webSearchQueries: ['a', 'b'] }, 1],
  ['models/gemini-1.5-pro-002', { groundingChunks: [{ web: { uri: 'u' } }] }, 1],
  ['gemini-live-2.5-flash', { webSearchQueries: ['a', 'b'] }, 1],
  ['gemini-2.5-flash', { groundingChunks: [{ retrievedContext: {} }, null], webSearchQueries: [] }, 0],
  ['gemini-20', { webSearchQueries: ['a', 'b'] }, 2],
  [null, { webSearchQueries: ['a', 'b'] }, 2],
  ['gemini-2.5-flash', undefined, null],
  ['gemini-2.5-flash', 'x', null],
])('searches of %j that tells %j: %j', (modelVersion, groundingMetadata, searches) => {
  const body = { candidates: [{ groundingMetadata }, null], usageMetadata: { promptTokenCount: 1 }, modelVersion };
  expect(googleGenerateContent.facts(body).usage?.webSearches).toBe(searches);
});

test('an answer that names no model is searched for at the rates of the one that was asked for', () => {
  const body = {
    candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b'] } }],
    usageMetadata: { promptTokenCount: 1 },
  };
  const context = { provider: 'google', path: '/', headers: {}, requestModel: 'gemini-2.5-pro' };
  expect(googleGenerateContent.facts(body, context).usage?.webSearches).toBe(1);
});
