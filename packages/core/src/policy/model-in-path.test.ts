import { expect, test } from 'vitest';
import { modelInPath } from './model-in-path.js';

test.each([
  ['/v1beta/models/gemini-2.5-flash:generateContent', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-2.5-flash:streamGenerateContent', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-2.5-flash%3AcountTokens', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-embedding-001:batchEmbedContents/', 'gemini-embedding-001'],
  ['/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro'],
  [
    '/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict',
    'claude-sonnet-4@20250514',
  ],
  ['/v1beta/tunedModels/mine%20own:generateContent', 'mine own'],
  ['/model/anthropic.claude-3%3A0/converse', 'anthropic.claude-3:0'],
  ['/v1beta/batches/batch-1:cancel', null],
  ['/v1beta/files/file-1:download', null],
  ['/v1beta/models', null],
])('%s', (path, model) => {
  expect(modelInPath(path)).toBe(model);
});
