import { expect, test } from 'vitest';
import { openaiTranscription } from './openai-transcription.js';

// Shapes: the API references of OpenAI (audio), Groq, and Mistral (audio transcriptions). Content is made up.

const TOKENS = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 4, audio_tokens: 10 },
  output_tokens: 5,
  total_tokens: 19,
};

type Data = { type?: string; [key: string]: unknown };

function stream(events: Data[], named = false) {
  const rebuilder = openaiTranscription.rebuild();
  const content = events.map((data) =>
    rebuilder.push({ event: named ? (data.type ?? '') : '', data: JSON.stringify(data) }),
  );
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

test.each([
  ['tokens', { text: 'Hi', usage: TOKENS }, { inputTokens: 14, inputAudioTokens: 10, outputTokens: 5 }],
  ['seconds', { text: 'Hi', usage: { type: 'duration', seconds: 9 } }, { inputTokens: null, inputAudioSeconds: 9 }],
  ['seconds first', { duration: 8.47, usage: { type: 'duration', seconds: 9 } }, { inputAudioSeconds: 9 }],
  ['a duration', { task: 'transcribe', duration: 8.47, text: 'Hi' }, { inputAudioSeconds: 8.47 }],
  ['one as text', { task: 'transcribe', duration: '8.470000267028809' }, { inputAudioSeconds: 8.470000267028809 }],
  [
    'the duration beside tokens',
    { task: 'transcribe', duration: 27.4, usage: TOKENS },
    { inputTokens: 14, outputTokens: 5 },
  ],
  [
    'Mistral',
    {
      model: 'voxtral-mini-2507',
      usage: { prompt_audio_seconds: 203, prompt_tokens: 4, completion_tokens: 635, total_tokens: 3264 },
    },
    { inputTokens: 4, outputTokens: 635, inputAudioSeconds: 203 },
  ],
])('usage by %s', (_name, body, usage) => {
  expect(openaiTranscription.facts(body).usage).toMatchObject(usage);
});

test.each([
  [{ text: 'Hi', x_groq: { id: 'req_1' } }],
  [{ duration: 'long' }],
  [{ duration: -1 }],
  [{ duration: `1${'0'.repeat(400)}` }],
  [{ usage: { type: 'duration', seconds: null } }],
  ['1 2 3'],
  [42],
  [null],
])('%o tells no usage', (body) => {
  expect(openaiTranscription.facts(body).usage).toBe(null);
});

const PLAIN = { text: 'Hello 🦊 there', logprobs: [{ token: 'Hello', logprob: -0.1, bytes: [72] }], usage: TOKENS };
const DELTAS: Data[] = [
  { type: 'transcript.text.delta', delta: 'Hello 🦊', logprobs: [{ token: 'Hello', logprob: -0.1, bytes: [72] }] },
  { type: 'transcript.text.delta', delta: ' there' },
];

test.each([[true], [false]])('a stream rebuilds to the plain answer, events named: %o', (named) => {
  const { body, facts, complete, content } = stream([...DELTAS, { type: 'transcript.text.done', ...PLAIN }], named);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(openaiTranscription.facts(PLAIN));
  expect([complete, content]).toEqual([true, [true, true, false]]);
});

test('a cut stream keeps what arrived', () => {
  expect(stream(DELTAS)).toMatchObject({
    body: { text: PLAIN.text, logprobs: PLAIN.logprobs },
    facts: { usage: null },
    complete: false,
  });
  expect(stream([]).body).toBe(null);
  const error = { message: 'Boom', type: 'server_error' };
  expect(stream([...DELTAS, { type: 'error', error }])).toMatchObject({
    body: { text: PLAIN.text, error },
    facts: { error: 'Boom' },
    complete: false,
  });
});

test('speakers are kept as segments', () => {
  const segment = { type: 'transcript.text.segment', id: 'seg_1', start: 0, end: 4.7, text: 'Hi', speaker: 'agent' };
  expect(stream([segment, { type: 'transcript.text.done', text: 'Hi', usage: TOKENS }]).body).toEqual({
    text: 'Hi',
    segments: [segment],
    usage: TOKENS,
  });
});

test("Mistral's events have other names", () => {
  const usage = { prompt_audio_seconds: 3, prompt_tokens: 8, completion_tokens: 4, total_tokens: 50 };
  const events: Data[] = [
    { type: 'transcription.language', audio_language: 'en' },
    { type: 'transcription.text.delta', text: 'Hello, ' },
    { type: 'transcription.text.delta', text: 'world.' },
    { type: 'transcription.segment', text: 'Hello, world.', start: 0, end: 1 },
  ];
  const segments = [{ type: 'transcription_segment', text: 'Hello, world.', start: 0, end: 1 }];
  expect(stream(events).body).toEqual({ text: 'Hello, world.', language: 'en', segments });
  const end = { model: 'voxtral-mini-2507', text: 'Hello, world.', language: 'en', segments: [], usage };
  expect(stream([...events, { type: 'transcription.done', ...end }])).toMatchObject({
    body: { ...end, segments },
    facts: { model: 'voxtral-mini-2507', usage: { inputAudioSeconds: 3, outputTokens: 4 } },
    complete: true,
  });
});

test('ends whole with its last event and without an error', () => {
  const sent = (data: Data, event = '') => ({ event, data: JSON.stringify(data) });
  expect(openaiTranscription.endsWhole([sent({ type: 'transcript.text.done', text: '' })])).toBe(true);
  expect(openaiTranscription.endsWhole([sent({ type: 'transcription.done' })])).toBe(true);
  expect(openaiTranscription.endsWhole([sent({ type: 'transcript.text.delta', delta: 'done' })])).toBe(false);
  expect(openaiTranscription.endsWhole([sent({ type: 'transcript.text.done' }), sent({}, 'error')])).toBe(false);
});
