import { expect, test } from 'vitest';
import { googlePredict } from './google-predict.js';

// Shapes: cloud.google.com/vertex-ai/generative-ai/docs/model-reference, text-embeddings-api and imagen-api. Content is made up.

const embedded = (token_count: unknown) => ({
  embeddings: { statistics: { truncated: false, token_count }, values: [0.1] },
});

test('embeddings of text: tokens, and characters where those are billed', () => {
  const body = { predictions: [embedded(6), embedded(4)], metadata: { billableCharacterCount: 41 } };
  expect(googlePredict.facts(body)).toMatchObject({
    model: null,
    usage: { inputTokens: 10, outputTokens: 0, inputCharacters: 41 },
    finishReason: null,
    error: null,
    usageObject: { billableCharacterCount: 41 },
  });
  const { usage } = googlePredict.facts({ predictions: [embedded(6), embedded('x'), null] });
  expect(usage).toMatchObject({ inputTokens: 6, outputTokens: 0 });
  expect(usage).not.toHaveProperty('inputCharacters');
});

test('pictures: those that came', () => {
  const picture = { mimeType: 'image/png', bytesBase64Encoded: 'iVBORw0KGgo=' };
  const predictions = [
    picture,
    { mimeType: 'image/jpeg', gcsUri: 'gs://b/o' },
    { raiFilteredReason: 'r' },
    { mimeType: 'image/png' },
  ];
  expect(googlePredict.facts({ predictions, model: 'projects/p/locations/l/models/1' })).toMatchObject({
    model: null,
    usage: { images: 2, inputTokens: null, outputTokens: null },
  });
});

test.each([
  ['music', { predictions: [{ mimeType: 'audio/wav', bytesBase64Encoded: 'UklG' }] }],
  ['other embeddings', { predictions: [{ textEmbedding: [0.1], imageEmbedding: [0.2] }] }],
  ['no pictures', { predictions: [] }],
  ['nothing', null],
  ['damaged', { predictions: { 0: embedded(1) } }],
])('%s: usage is not known', (_what, body) => {
  expect(googlePredict.facts(body)).toMatchObject({ usage: null, error: null });
});

test('an error', () => {
  expect(googlePredict.facts({ error: { code: 404, message: 'Not found', status: 'NOT_FOUND' } }).error).toBe(
    'Not found',
  );
});
