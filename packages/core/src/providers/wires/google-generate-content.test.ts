import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanSse } from '../../stream/sse-scanner.js';
import { googleGenerateContent } from './google-generate-content.js';

// Shapes: ai.google.dev/api/generate-content, and what Gemini 2.5 and 3 answer. Content is made up.

function stream(chunks: readonly object[]) {
  const rebuilder = googleGenerateContent.rebuild();
  const content = chunks.map((chunk) => rebuilder.push({ event: '', data: JSON.stringify(chunk) }));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

function candidate(parts: readonly object[], more: object = {}): object {
  return { candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] };
}

const USAGE = {
  promptTokenCount: 100,
  cachedContentTokenCount: 60,
  candidatesTokenCount: 20,
  thoughtsTokenCount: 30,
  toolUsePromptTokenCount: 5,
  totalTokenCount: 155,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 70 },
    { modality: 'AUDIO', tokenCount: 30 },
  ],
  cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 12 }],
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
  trafficType: 'ON_DEMAND',
};

const HEAD = { modelVersion: 'gemini-2.5-flash', responseId: 'r1', serviceTier: 'standard' };

const CALL = { functionCall: { name: 'get', args: { city: '東京' } }, thoughtSignature: 'c2ln' };
const IMAGE = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const CODE = { executableCode: { language: 'PYTHON', code: 'print(1)' } };

const CHUNKS = [
  { ...candidate([{ text: 'Let ', thought: true }]), usageMetadata: { promptTokenCount: 100 }, ...HEAD },
  candidate([{ text: 'me', thought: true }]),
  candidate([{ text: 'Son' }], { safetyRatings: [{ category: 'A', probability: 'NEGLIGIBLE' }] }),
  candidate([{ text: 'nig 🌦' }, CODE]),
  candidate([{ text: 'a' }, { text: 'b' }]),
  candidate([IMAGE, { newPart: { x: 1 } }]),
  { ...candidate([CALL, { text: '', thoughtSignature: 'ZW5k' }]), usageMetadata: { trafficType: 'ON_DEMAND' } },
  {
    candidates: [{ finishReason: 'STOP', index: 0, groundingMetadata: { webSearchQueries: ['x'] } }],
    usageMetadata: USAGE,
    newField: [1],
    ...HEAD,
  },
];

const PLAIN = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [
          { text: 'Let me', thought: true },
          { text: 'Sonnig 🌦' },
          CODE,
          { text: 'ab' },
          IMAGE,
          { newPart: { x: 1 } },
          CALL,
          { text: '', thoughtSignature: 'ZW5k' },
        ],
      },
      finishReason: 'STOP',
      index: 0,
      safetyRatings: [{ category: 'A', probability: 'NEGLIGIBLE' }],
      groundingMetadata: { webSearchQueries: ['x'] },
    },
  ],
  usageMetadata: USAGE,
  newField: [1],
  ...HEAD,
};

const FACTS = {
  model: 'gemini-2.5-flash',
  usage: {
    inputTokens: 105, // 100, cached ones among them, + 5 that tools brought in
    outputTokens: 50, // 20 + 30 thoughts
    cacheReadTokens: 60,
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: 30,
    inputAudioTokens: 30,
    cacheAudioReadTokens: 12,
    outputAudioTokens: 0,
    webSearches: 1,
  },
  finishReason: 'STOP',
  error: null,
  usageObject: USAGE,
  serviceTier: null,
};

test('a stream rebuilds to the plain answer, facts included', () => {
  const { body, facts, complete } = stream(CHUNKS);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(FACTS);
  expect(googleGenerateContent.facts(PLAIN)).toEqual(FACTS);
  expect(complete).toBe(true);
});

test('a JSON array of the same chunks says the same, and stays as it is', () => {
  const before = structuredClone(CHUNKS);
  expect(googleGenerateContent.facts(CHUNKS)).toEqual(FACTS);
  expect(CHUNKS).toEqual(before);
  expect(googleGenerateContent.facts([])).toMatchObject({ model: null, usage: null, error: null });
});

test('content: parts that bring any; not empty text and the end', () => {
  const { content } = stream(CHUNKS);
  expect(content).toEqual([true, true, true, true, true, true, true, false]);
  expect(stream([candidate([{ text: '' }])]).content).toEqual([false]);
  expect(stream([{ usageMetadata: USAGE }]).content).toEqual([false]);
});

const SSE = CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');

/** Where the data of each event ends. */
const ENDS = [...SSE.matchAll(/\r\n\r\n/g)].map(({ index }) => index);

test('a stream that is cut off anywhere is whole only behind its last event, and what came before the cut is kept', () => {
  for (let cut = 0; cut <= SSE.length; cut += 1) {
    const rebuilder = googleGenerateContent.rebuild();
    scanSse(SSE.slice(0, cut), (event) => rebuilder.push(event));
    // The CR of its blank line ends an event.
    const pushed = ENDS.filter((end) => end + 3 <= cut).length;
    expect(rebuilder.body(), `cut at ${cut}`).toEqual(stream(CHUNKS.slice(0, pushed)).body);
    expect(rebuilder.complete(), `cut at ${cut}`).toBe(pushed === CHUNKS.length);
  }
});

test('the pieces of a text may be cut anywhere', () => {
  const text = 'Häuser 🌦 und 東京\n';
  const merged = { candidates: [{ content: { parts: [{ text: text + text }], role: 'model' }, index: 0 }] };
  for (let cut = 0; cut <= text.length; cut += 1) {
    const pieces = [text.slice(0, cut), text.slice(cut), text].map((piece) => candidate([{ text: piece }]));
    expect(stream(pieces).body).toEqual(merged);
  }
});

test('whatever the split, text of one kind is joined and everything else keeps its place', () => {
  const part = fc.oneof(
    fc.record({ text: fc.string(), thought: fc.constantFrom(true, false) }),
    fc.record({ text: fc.string() }),
    fc.constantFrom<object>(CALL, IMAGE, CODE),
  );
  fc.assert(
    fc.property(fc.array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), (chunks) => {
      const { body } = stream(chunks.map((parts) => candidate(structuredClone(parts))));
      const parts = (body as { candidates: { content: { parts: { text?: string; thought?: boolean }[] } }[] })
        .candidates[0]?.content.parts;
      const spell = (all: readonly object[]): string =>
        all
          .map((each) => {
            const { text, thought } = each as { text?: string; thought?: boolean };
            return text === undefined || 'thoughtSignature' in each
              ? JSON.stringify(each)
              : text.replace(/./gsu, `${thought === true ? 't' : 'x'}$&`);
          })
          .join('');
      expect(spell(parts ?? [])).toBe(spell(chunks.flat()));
      const kinds = (parts ?? []).map((each) => (each.text === undefined ? null : each.thought === true));
      for (const [at, kind] of kinds.entries()) if (kind !== null) expect(kinds[at + 1]).not.toBe(kind);
    }),
  );
});

test('several candidates: each by its index, and the end is the end of all', () => {
  const part = (index: number | undefined, text: string, finishReason?: string) => ({
    candidates: [{ content: { parts: [{ text }] }, ...(index === undefined ? {} : { index }), finishReason }],
  });
  const chunks = [part(1, 'B'), part(undefined, 'A'), part(1, 'b', 'MAX_TOKENS')];
  expect(stream(chunks).complete).toBe(false);
  expect(stream(chunks).facts.finishReason).toBe(null);
  const { body, complete, facts } = stream([...chunks, part(0, 'a', 'STOP')]);
  expect(body).toEqual({
    candidates: [
      { content: { parts: [{ text: 'Aa' }] }, finishReason: 'STOP', index: 0 },
      { content: { parts: [{ text: 'Bb' }] }, finishReason: 'MAX_TOKENS', index: 1 },
    ],
  });
  expect(complete).toBe(true);
  expect(facts.finishReason).toBe('STOP');
});

test('log probabilities go on from chunk to chunk', () => {
  const chosen = (token: string) =>
    candidate([{ text: token }], { logprobsResult: { chosenCandidates: [{ token }], logProbabilitySum: -1 } });
  expect(stream([chosen('a'), chosen('b')]).body).toMatchObject({
    candidates: [{ logprobsResult: { chosenCandidates: [{ token: 'a' }, { token: 'b' }], logProbabilitySum: -1 } }],
  });
});

test('a blocked prompt is an error, and whole', () => {
  const blocked = {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] },
    usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
    modelVersion: 'gemini-2.5-flash',
  };
  const expected = { error: 'prompt blocked: PROHIBITED_CONTENT', usage: { inputTokens: 8, outputTokens: 0 } };
  expect(googleGenerateContent.facts(blocked)).toMatchObject(expected);
  const { body, facts, complete } = stream([blocked]);
  expect(body).toEqual(blocked);
  expect(facts).toMatchObject(expected);
  expect(complete).toBe(true);
  const said = { promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'Not this.' } };
  expect(googleGenerateContent.facts(said).error).toBe('prompt blocked: OTHER: Not this.');
  const passed = { ...PLAIN, promptFeedback: { safetyRatings: [] } };
  expect(googleGenerateContent.facts(passed).error).toBe(null);
});

test('errors: alone, in an array, and in a running stream', () => {
  const error = { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } };
  expect(googleGenerateContent.facts(error).error).toBe('Overloaded');
  expect(googleGenerateContent.facts([error]).error).toBe('Overloaded');
  expect(stream([error])).toMatchObject({ body: error, complete: false, facts: { error: 'Overloaded' } });
  expect(stream([...CHUNKS, error])).toMatchObject({ complete: false, facts: { error: 'Overloaded' } });
});

test('usage: counts that are left out are what the total leaves, or not known', () => {
  const usage = (value: object) => googleGenerateContent.facts({ usageMetadata: value }).usage;
  expect(usage({ promptTokenCount: 8, thoughtsTokenCount: 90, totalTokenCount: 98 })).toMatchObject({
    inputTokens: 8,
    outputTokens: 90,
    reasoningTokens: 90,
  });
  expect(usage({ promptTokenCount: 8, totalTokenCount: 20 })).toMatchObject({ outputTokens: 12 });
  expect(usage({ promptTokenCount: 8 })).toMatchObject({ inputTokens: 8, outputTokens: null });
  expect(usage({ promptTokenCount: 0, candidatesTokenCount: 0 })).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  expect(usage({ candidatesTokenCount: 3 })).toMatchObject({ inputTokens: null, outputTokens: 3 });
  expect(usage({ promptTokenCount: 8, candidatesTokenCount: 2 })).toMatchObject({
    inputAudioTokens: null,
    cacheAudioReadTokens: null,
    cacheReadTokens: null,
  });
  expect(usage({ trafficType: 'ON_DEMAND' })).toBe(null);
  expect(usage({ promptTokenCount: -1 })).toBe(null);
});

test('usage is cumulative: the last that tells any counts', () => {
  const counts = (candidatesTokenCount: number) => ({
    ...candidate([{ text: 'x' }]),
    usageMetadata: { promptTokenCount: 8, candidatesTokenCount },
  });
  expect(stream([counts(2), counts(5), { usageMetadata: { trafficType: 'x' } }]).facts.usage).toMatchObject({
    inputTokens: 8,
    outputTokens: 5,
  });
});

test('embeddings: all tokens are input', () => {
  const embedding = { embedding: { values: [0.1] }, usageMetadata: { promptTokenCount: 4 } };
  expect(googleGenerateContent.facts(embedding).usage).toMatchObject({ inputTokens: 4, outputTokens: 0 });
  expect(googleGenerateContent.facts({ embeddings: [{ values: [0.1] }] })).toMatchObject({ usage: null, error: null });
});

test('nothing, and what is no chunk', () => {
  expect(stream([]).body).toBe(null);
  expect(stream([]).complete).toBe(false);
  const rebuilder = googleGenerateContent.rebuild();
  for (const data of ['', '[DONE]', '{', 'null', '[]', '"x"']) expect(rebuilder.push({ event: '', data })).toBe(false);
  expect(rebuilder.body()).toBe(null);
});

test('usage by modality: what is named, and only that', () => {
  const { usage } = googleGenerateContent.facts({
    usageMetadata: {
      promptTokenCount: 900,
      toolUsePromptTokenCount: 30,
      candidatesTokenCount: 1300,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 42 },
        { modality: 'IMAGE', tokenCount: 258 },
        { modality: 'VIDEO', tokenCount: 500 },
        { modality: 'DOCUMENT', tokenCount: 100 },
      ],
      toolUsePromptTokensDetails: [{ modality: 'IMAGE', tokenCount: 30 }],
      cacheTokensDetails: [{ modality: 'IMAGE', tokenCount: 100 }, { modality: 'IMAGE' }, null],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
  });
  expect(usage).toMatchObject({
    inputTokens: 930,
    inputImageTokens: 288, // 258 + 30
    inputVideoTokens: 500,
    cacheImageReadTokens: 100,
    outputImageTokens: 1290,
    inputAudioTokens: 0,
  });
});
