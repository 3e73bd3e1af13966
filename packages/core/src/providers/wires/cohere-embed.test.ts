import { expect, test } from 'vitest';
import { cohereEmbed } from './cohere-embed.js';

// Shape: https://docs.cohere.com/reference/embed

const answer = (billed_units: unknown) => ({
  id: 'e1',
  embeddings: { float: [[0.1, -0.2]] },
  texts: ['hello'],
  meta: { api_version: { version: '2' }, billed_units },
  response_type: 'embeddings_by_type',
});

test('text by its tokens, and no output', () => {
  const facts = cohereEmbed.facts(answer({ input_tokens: 2 }));
  expect(facts).toMatchObject({ model: null, finishReason: null, error: null });
  expect(facts.usage).toMatchObject({ inputTokens: 2, outputTokens: 0 });
  expect(facts.usage).not.toHaveProperty('images');
  expect(facts.usageObject).toEqual(answer({ input_tokens: 2 }).meta);
});

test('images by the piece or by their tokens', () => {
  expect(cohereEmbed.facts(answer({ images: 3 })).usage).toMatchObject({
    inputTokens: null,
    outputTokens: 0,
    images: 3,
  });
  expect(cohereEmbed.facts(answer({ input_tokens: 2, image_tokens: 1000, images: 3 })).usage).toMatchObject({
    inputTokens: 1002,
    inputImageTokens: 1000,
    outputTokens: 0,
  });
  // The same images are not charged twice.
  expect(cohereEmbed.facts(answer({ image_tokens: 1000, images: 3 })).usage).not.toHaveProperty('images');
});

test('no usage, errors, nonsense', () => {
  for (const body of [answer({}), answer(null), { meta: 1 }, null, 'x', []]) {
    expect(cohereEmbed.facts(body)).toMatchObject({ usage: null, error: null });
  }
  expect(cohereEmbed.facts({ message: 'invalid api token' }).error).toBe('invalid api token');
});

test('should a server stream all the same, the last object is the answer', () => {
  const rebuilder = cohereEmbed.rebuild();
  expect([rebuilder.push({ event: '', data: '[' }), rebuilder.body(), rebuilder.complete()]).toEqual([
    false,
    null,
    false,
  ]);
  rebuilder.push({ event: '', data: JSON.stringify(answer({ input_tokens: 7 })) });
  expect(rebuilder.body()).toEqual(answer({ input_tokens: 7 }));
  expect(rebuilder.facts().usage?.inputTokens).toBe(7);
  expect(rebuilder.complete()).toBe(true);
});
