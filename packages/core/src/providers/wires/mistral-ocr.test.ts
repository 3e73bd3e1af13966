import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { mistralOcr } from './mistral-ocr.js';

const ANSWER = {
  pages: [{ index: 0, markdown: '# Café', images: [], dimensions: { dpi: 200, height: 2200, width: 1700 } }],
  model: 'mistral-ocr-2505-completion',
  document_annotation: null,
  usage_info: { pages_processed: 8, doc_size_bytes: 12345 },
};

test('pages are what is charged', () => {
  expect(mistralOcr.facts(ANSWER)).toEqual({
    model: 'mistral-ocr-2505-completion',
    usage: {
      ...EMPTY_USAGE,
      pages: 8,
    },
    finishReason: null,
    error: null,
    usageObject: { pages_processed: 8, doc_size_bytes: 12345 },
  });
  const annotated = { pages_processed: 8, pages_processed_annotation: 3 };
  expect(mistralOcr.facts({ usage_info: annotated }).usage).toMatchObject({ pages: 8, annotatedPages: 3 });
});

test('no usage, damaged usage, errors', () => {
  for (const usage_info of [null, {}, [], { pages_processed: -1 }, { pages_processed: '8' }]) {
    expect(mistralOcr.facts({ usage_info }).usage).toBe(null);
  }
  for (const body of [null, 3, 'x', []]) expect(mistralOcr.facts(body)).toMatchObject({ model: null, usage: null });
  expect(mistralOcr.facts({ error: { message: 'no' } }).error).toBe('no');
});

test('sent as an event all the same, the object is the answer', () => {
  const rebuilder = mistralOcr.rebuild();
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.push({ event: '', data: JSON.stringify(ANSWER) })).toBe(true);
  expect(rebuilder.push({ event: '', data: '[DONE]' })).toBe(false);
  expect(rebuilder.body()).toEqual(ANSWER);
  expect(rebuilder.facts()).toEqual(mistralOcr.facts(ANSWER));
  expect([rebuilder.complete(), mistralOcr.endsWhole([])]).toEqual([true, false]);
});
