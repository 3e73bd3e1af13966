import { expect, test } from 'vitest';
import { openaiImages } from './openai-images.js';

// Shapes: OpenAI's API reference (images object, image streaming events). Content is made up.

const USAGE = {
  total_tokens: 100,
  input_tokens: 50,
  output_tokens: 50,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
};
const HEAD = { background: 'opaque', output_format: 'png', quality: 'high', size: '1024x1024' };
const PLAIN = { created: 1713833628, ...HEAD, data: [{ b64_json: 'AAAA' }], usage: USAGE };

type Data = { type?: string; [key: string]: unknown };

function stream(events: Data[], named = true) {
  const rebuilder = openaiImages.rebuild();
  const content = events.map((data) =>
    rebuilder.push({ event: named ? (data.type ?? '') : '', data: JSON.stringify(data) }),
  );
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const draft = (index: number): Data => ({
  type: 'image_generation.partial_image',
  b64_json: `D${index}==`,
  created_at: 1713833620,
  ...HEAD,
  partial_image_index: index,
});
const completed: Data = {
  type: 'image_generation.completed',
  b64_json: 'AAAA',
  created_at: 1713833628,
  ...HEAD,
  usage: USAGE,
};

test('all output is picture unless the details say otherwise', () => {
  expect(openaiImages.facts(PLAIN)).toMatchObject({
    usage: { inputTokens: 50, outputTokens: 50, inputImageTokens: 40, outputImageTokens: 50, cacheReadTokens: null },
    usageObject: USAGE,
    error: null,
  });
  const usage = {
    ...USAGE,
    input_tokens_details: {
      text_tokens: 10,
      image_tokens: 40,
      cached_tokens: 9,
      cached_tokens_details: { image_tokens: 8 },
    },
    output_tokens_details: { image_tokens: 44, text_tokens: 6 },
  };
  expect(openaiImages.facts({ ...PLAIN, usage }).usage).toMatchObject({
    cacheReadTokens: 9,
    cacheImageReadTokens: 8,
    outputImageTokens: 44,
  });
  expect(openaiImages.facts(PLAIN).usage).not.toHaveProperty('images');
});

test('without tokens it is the number of pictures', () => {
  const data = [{ url: 'https://example.com/1.png', revised_prompt: 'A fox' }, { url: 'https://example.com/2.png' }];
  expect(openaiImages.facts({ created: 1, data })).toMatchObject({
    usage: { inputTokens: null, outputTokens: null, images: 2 },
    usageObject: null,
  });
  expect(openaiImages.facts({ created: 1, data: [] }).usage).toBe(null);
  expect(openaiImages.facts({ error: { message: 'Bad' } })).toMatchObject({ usage: null, error: 'Bad' });
  // xAI tells its cost: 0.07 USD.
  expect(openaiImages.facts({ data, usage: { cost_in_usd_ticks: 700_000_000 } }).usage).toMatchObject({
    images: 2,
    toldCostNanoUsd: 70_000_000,
  });
});

test('an SVG is charged by the model that wrote it, too', () => {
  const svg_usage = { model: 'gpt-5.2', input_tokens: 7, output_tokens: 9, reasoning_tokens: 1, total_tokens: 16 };
  expect(openaiImages.facts({ ...PLAIN, svg_usage })).toMatchObject({
    usage: { inputTokens: 57, outputTokens: 59, outputImageTokens: 50 },
    charged: [
      { model: null, usage: { inputTokens: 50 } },
      { model: 'gpt-5.2', usage: { inputTokens: 7, outputTokens: 9 } },
    ],
  });
});

test.each([
  ['named events', true],
  ['events told by their data', false],
])('a stream rebuilds to the plain answer: %s', (_name, named) => {
  const { body, facts, complete, content } = stream([draft(0), draft(1), completed], named);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(openaiImages.facts(PLAIN));
  expect([complete, content]).toEqual([true, [true, true, true]]);
  const edited = stream([
    { ...draft(0), type: 'image_edit.partial_image' },
    { ...completed, type: 'image_edit.completed' },
  ]);
  expect(edited).toMatchObject({ body: PLAIN, complete: true });
});

test('a cut stream keeps the last draft, which says nothing of its cost', () => {
  const { body, facts, complete } = stream([draft(0), draft(1)]);
  expect(body).toEqual({ created: 1713833620, ...HEAD, data: [{ b64_json: 'D1==', partial_image_index: 1 }] });
  expect(facts).toMatchObject({ usage: null, error: null });
  expect(complete).toBe(false);
  expect(stream([]).body).toBe(null);
});

test('an error ends it, whatever came before', () => {
  const error = { message: 'Blocked', code: 'moderation_blocked', type: 'image_generation_user_error' };
  expect(stream([draft(0), { type: 'error', error }])).toMatchObject({
    body: { data: [{ b64_json: 'D0==' }], error },
    facts: { error: 'Blocked', usage: null },
    complete: false,
  });
  expect(stream([{ error }]).body).toEqual({ error });
});

test('ends whole with a finished picture and without an error', () => {
  const sent = (data: Data, event = '') => ({ event, data: JSON.stringify(data) });
  expect(openaiImages.endsWhole([sent(draft(0)), sent(completed)])).toBe(true);
  expect(openaiImages.endsWhole([sent(completed, 'image_generation.completed')])).toBe(true);
  expect(openaiImages.endsWhole([sent(draft(0))])).toBe(false);
  expect(openaiImages.endsWhole([sent(completed), sent({ error: { message: 'x' } })])).toBe(false);
  expect(openaiImages.endsWhole([sent(completed), sent({}, 'error')])).toBe(false);
});

test('a key that is no name like others is only data', () => {
  const rebuilder = openaiImages.rebuild();
  rebuilder.push({ event: '', data: '{"type":"image_edit.completed","__proto__":{"x":1},"b64_json":3}' });
  expect(JSON.stringify(rebuilder.body())).toBe('{"__proto__":{"x":1},"data":[{"b64_json":3}]}');
});

test('the end of an event whose beginning is lost has the usage', () => {
  const rebuilder = openaiImages.rebuild();
  rebuilder.push({ event: '', data: JSON.stringify(draft(0)) });
  rebuilder.pushEnd?.(`AAA","size":"auto","usage":${JSON.stringify(USAGE)}}`);
  expect(rebuilder.facts().usage).toMatchObject({ inputTokens: 50, inputImageTokens: 40, outputImageTokens: 50 });
  expect([rebuilder.body(), rebuilder.complete()]).toEqual([{ data: [], usage: USAGE }, true]);
  const other = openaiImages.rebuild();
  for (const end of ['', 'AAA"}', 'AA","usage":null}', '"usage":{"a":{"b":', `"usage":{x${'}'.repeat(100)}`])
    other.pushEnd?.(end);
  expect([other.body(), other.complete()]).toEqual([null, false]);
});
