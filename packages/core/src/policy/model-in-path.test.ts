import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelInPath } from './model-in-path.js';

test.each([
  ['/v1beta/models/gemini-2.5-flash:generateContent', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-2.5-flash:streamGenerateContent', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-2.5-flash%3AcountTokens', 'gemini-2.5-flash'],
  ['/v1beta/models/gemini-embedding-001:batchEmbedContents/', 'gemini-embedding-001'],
  ['/v1beta/models/imagen-4.0-generate-001:predict', 'imagen-4.0-generate-001'],
  ['/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro'],
  [
    '/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict',
    'claude-sonnet-4@20250514',
  ],
  [
    '/v1/projects/p/locations/l/publishers/anthropic/models/claude-opus-4%4020250514%3ArawPredict',
    'claude-opus-4@20250514',
  ],
  ['/v1/projects/p/locations/l/endpoints/openapi/chat/completions', null],
  ['/v1beta/tunedModels/mine%20own:generateContent', 'mine own'],
  ['/model/anthropic.claude-3%3A0/converse', 'anthropic.claude-3:0'],
  [
    '/v1/us-east-1/model/anthropic.claude-sonnet-4-20250514-v1:0/invoke-with-response-stream/',
    'anthropic.claude-sonnet-4-20250514-v1:0',
  ],
  [
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-20250514-v1%3A0/converse',
    'arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0',
  ],
  [
    '/model/arn:aws:bedrock:us-east-1:123:inference-profile/us.amazon.nova-lite-v1:0/converse-stream',
    'arn:aws:bedrock:us-east-1:123:inference-profile/us.amazon.nova-lite-v1:0',
  ],
  ['/openai/deployments/my%20gpt/chat/completions', 'my gpt'],
  ['/v1/engines/davinci/completions', 'davinci'],
  ['/openai/deployments/mine', null],
  ['/model//converse', null],
  ['/model/converse', null],
  ['/v1beta/models/%E0%A4%A:generateContent', '%E0%A4%A'],
  ['/v1beta/models/:generateContent', null],
  ['/v1beta/batches/batch-1:cancel', null],
  ['/v1beta/files/file-1:download', null],
  ['/v1beta/models', null],
  ['/v1/chat/completions', null],
  ['/', null],
  ['', null],
])('%s', (path, model) => {
  expect(modelInPath(path)).toBe(model);
});

/** Whatever a client may call a model, but for lone surrogates, which no address can carry. */
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());

test('any name comes back as it was before it was encoded', () => {
  const action = fc.constantFrom('invoke', 'converse', 'converse-stream', 'invoke-with-response-stream');
  const method = fc.constantFrom(':generateContent', '%3AstreamGenerateContent', '%3arawPredict', ':predict');
  fc.assert(
    fc.property(name, action, method, (model, last, how) => {
      const encoded = encodeURIComponent(model);
      expect(modelInPath(`/v1/us-east-1/model/${encoded}/${last}`)).toBe(model);
      expect(modelInPath(`/v1beta/models/${encoded}${how}`)).toBe(model);
      expect(modelInPath(`/openai/deployments/${encoded}/responses`)).toBe(model);
    }),
  );
});

test('any path has a model or none, in linear time', () => {
  const pieces = fc.constantFrom('/', ':', '%3A', '%', '/model/', '/deployments/', 'generate', 'x', 'é');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const model = modelInPath(parts.join(''));
      expect(model === null || model.length > 0).toBe(true);
    }),
  );
  const cpuMs = (path: string): number => {
    const before = process.cpuUsage();
    for (let i = 0; i < 20; i++) modelInPath(path);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (const piece of ['generate', ':generate', '%3Agenerate', '/model/', '/deployments', '/x:']) {
    cpuMs(piece.repeat(20_000));
    const once = cpuMs(piece.repeat(20_000));
    expect(cpuMs(piece.repeat(160_000))).toBeLessThan(Math.max(once, 5) * 40);
  }
});
