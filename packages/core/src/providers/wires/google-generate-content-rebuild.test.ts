import { expect, test } from 'vitest';
import { scanArray } from '../../stream/array-scanner.js';
import { googleGenerateContent } from './google-generate-content.js';
import { rebuildContent } from './google-generate-content-rebuild.js';

// Shapes: ai.google.dev/api/generate-content, and what Gemini 2.5 and 3 answer. Content is made up.

function stream(chunks: readonly object[]) {
  const rebuilder = rebuildContent();
  for (const chunk of chunks) rebuilder.push({ event: '', data: JSON.stringify(chunk) });
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete() };
}

function candidate(parts: readonly object[], more: object = {}): object {
  return { candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] };
}

const HEAD = { modelVersion: 'gemini-2.5-flash', responseId: 'r1' };
const USAGE = { promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 150 };
const IMAGE = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const CODE = { executableCode: { language: 'PYTHON', code: 'print(1)' } };

test('sources grow from chunk to chunk, whether each repeats the earlier ones or not', () => {
  const sources = (more: object) => candidate([{ text: 'x' }], more);
  const { body } = stream([
    sources({ groundingMetadata: { webSearchQueries: ['a', '', ''], searchEntryPoint: { renderedContent: 'r' } } }),
    sources({ groundingMetadata: { webSearchQueries: ['a', '', '', 'b'] }, urlContextMetadata: null }),
    sources({ groundingMetadata: { webSearchQueries: ['c'], groundingChunks: [{ web: { uri: 'u' } }] } }),
    sources({ citationMetadata: { citationSources: [{ startIndex: 1 }] }, urlContextMetadata: { urlMetadata: [1] } }),
    sources({ citationMetadata: { citationSources: [{ startIndex: 9 }] }, groundingMetadata: null }),
  ]);
  expect(body).toMatchObject({
    candidates: [
      {
        groundingMetadata: {
          webSearchQueries: ['a', '', '', 'b', 'c'],
          searchEntryPoint: { renderedContent: 'r' },
          groundingChunks: [{ web: { uri: 'u' } }],
        },
        citationMetadata: { citationSources: [{ startIndex: 1 }, { startIndex: 9 }] },
        urlContextMetadata: { urlMetadata: [1] },
      },
    ],
  });
});

test('everything that an answer can hold is as in the plain one, as events and as an array', () => {
  const plain = {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            { text: 'Plan', thought: true },
            { text: 'Zoë 🦊 ', thoughtSignature: 'c2ln' },
            { text: 'sagt' },
            { functionCall: { id: 'f1', name: 'get', args: { a: 1 } }, thoughtSignature: 'c2ln' },
            { functionCall: { id: 'f2', name: 'get', args: { a: 2 } } },
            IMAGE,
            CODE,
            { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
          ],
        },
        finishReason: 'STOP',
        finishMessage: 'done',
        index: 0,
        safetyRatings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', probability: 'NEGLIGIBLE' }],
        citationMetadata: { citationSources: [{ startIndex: 0, uri: 'u' }] },
        groundingMetadata: { webSearchQueries: ['x'], groundingSupports: [{ groundingChunkIndices: [0] }] },
        urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'u' }] },
        avgLogprobs: -0.5,
        logprobsResult: { chosenCandidates: [{ token: 'a' }, { token: 'b' }], topCandidates: [{}, {}] },
        tokenCount: 9,
        ofTomorrow: { x: [1] },
      },
      { content: { role: 'model', parts: [{ text: 'Zwei' }] }, finishReason: 'MAX_TOKENS', index: 1 },
    ],
    promptFeedback: { safetyRatings: [] },
    usageMetadata: USAGE,
    ofTomorrow: true,
    ...HEAD,
  };
  const [first, second] = plain.candidates;
  const parts = first?.content.parts ?? [];
  const {
    content: _,
    finishReason,
    finishMessage,
    index,
    logprobsResult,
    ...rest
  } = first as NonNullable<typeof first>;
  const of = (given: readonly object[], more: object = {}) => ({
    content: { role: 'model', parts: given },
    index,
    ...more,
  });
  const logprobs = (at: number) => ({
    chosenCandidates: logprobsResult?.chosenCandidates.slice(at, at + 1),
    topCandidates: logprobsResult?.topCandidates.slice(at, at + 1),
  });
  const two = (text: string, more: object = {}) => ({
    ...second,
    content: { role: 'model', parts: [{ text }] },
    ...more,
  });
  const chunks = [
    { candidates: [of([{ text: 'Pl', thought: true }])], promptFeedback: plain.promptFeedback, ...HEAD },
    { candidates: [two('Zw', { finishReason: undefined }), of([{ text: 'an', thought: true }, parts[1] as object])] },
    { candidates: [of([{ text: 'sa' }], { logprobsResult: logprobs(0) }), two('ei')] },
    { candidates: [of([{ text: 'gt' }, ...parts.slice(3, 5)], { logprobsResult: logprobs(1) })] },
    { candidates: [of(parts.slice(5))] },
    { candidates: [{ finishReason, finishMessage, ...rest }], usageMetadata: USAGE, ofTomorrow: true, ...HEAD },
  ];
  const streamed = stream(chunks);
  expect(streamed.body).toEqual(plain);
  expect(streamed.facts).toEqual(googleGenerateContent.facts(plain));
  expect(streamed.complete).toBe(true);
  const rebuilder = rebuildContent();
  scanArray(`[${chunks.map((chunk) => JSON.stringify(chunk)).join('\n,\r\n')}\n]`, (event) => rebuilder.push(event));
  expect(rebuilder.body()).toEqual(plain);
  expect(rebuilder.complete()).toBe(true);
});

test('sources nested deeper than the stack do not throw', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const rebuilder = rebuildContent();
  const data = `{"candidates":[{"groundingMetadata":{"webSearchQueries":[${deep}]}}]}`;
  expect(rebuilder.push({ event: '', data })).toBe(false);
});

test('counts grow from chunk to chunk; what a later one leaves out was said before', () => {
  const usages = [
    { cachedContentTokenCount: 40, trafficType: 'ON_DEMAND' },
    { promptTokenCount: 100, totalTokenCount: 100 },
    { promptTokenCount: 100, candidatesTokenCount: 5, thoughtsTokenCount: 30, totalTokenCount: 135 },
    { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 150, cachedContentTokenCount: null },
    { trafficType: 'ON_DEMAND' },
    null,
  ];
  const { body, facts } = stream(usages.map((usageMetadata) => ({ ...candidate([{ text: 'x' }]), usageMetadata })));
  expect(body?.usageMetadata).toEqual({ ...USAGE, cachedContentTokenCount: 40, trafficType: 'ON_DEMAND' });
  expect(facts.usage).toMatchObject({ inputTokens: 100, outputTokens: 50, cacheReadTokens: 40, reasoningTokens: 30 });
});

test('arguments of a function that come in parts are all kept, one by one', () => {
  // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
  const parts = [
    { functionCall: { name: 'light', willContinue: true } },
    {
      functionCall: { partialArgs: [{ jsonPath: '$.at', stringValue: 'Bos', willContinue: true }], willContinue: true },
    },
    { functionCall: { partialArgs: [{ jsonPath: '$.at', stringValue: 'ton' }], willContinue: true } },
    { functionCall: { partialArgs: 'damaged' } },
    { functionCall: {} },
  ];
  const { body, complete } = stream([
    ...parts.map((part) => candidate([part])),
    { candidates: [{ finishReason: 'STOP' }], usageMetadata: USAGE },
  ]);
  expect(body).toMatchObject({ candidates: [{ content: { parts }, finishReason: 'STOP' }] });
  expect(complete).toBe(true);
});
