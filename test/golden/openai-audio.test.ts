import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://platform.openai.com/docs/api-reference/audio';

const TOKENS = {
  type: 'tokens',
  input_tokens: 1400,
  input_token_details: { text_tokens: 100, audio_tokens: 1300 },
  output_tokens: 45,
  total_tokens: 1445,
};
/** What a call without streaming gets, and the stream is rebuilt to. */
const TRANSCRIPT = {
  text: 'Hé 🦊',
  logprobs: [{ token: 'Hé', logprob: -0.01, bytes: [72, 195, 169] }],
  usage: TOKENS,
};
const TRANSCRIBED: GoldenCase['record'] = {
  model: 'gpt-4o-transcribe',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 1400,
  prompt_audio_tokens: 1300,
  completion_tokens: 45,
  provider_usage: TOKENS,
  // 100 x 2.50 + 1300 x 6 + 45 x 10 = 8500 USD per million
  cost_usd: 0.0085,
};
const VERBOSE = {
  task: 'transcribe',
  language: 'english',
  duration: 8.470000267028809,
  text: 'The beach was a popular spot.',
  segments: [{ id: 0, seek: 0, start: 0, end: 3.32, text: ' The beach was a popular spot.', tokens: [50364] }],
  usage: { type: 'duration', seconds: 9 },
};
const SUBTITLES = '1\n00:00:00,000 --> 00:00:03,320\nThe beach 🦊 was a popular spot.\n\n';
const MP3 = Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0xff, 0xfb, 0x90]);
const VOXTRAL = {
  model: 'voxtral-mini-2602',
  text: 'This week, I traveled to Chicago',
  language: 'en',
  segments: [],
  usage: { prompt_audio_seconds: 203, prompt_tokens: 4, total_tokens: 3264, completion_tokens: 635 },
};

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI transcription by tokens, whole',
    source: `${REFERENCE}/json-object`,
    path: 'openai/v1/audio/transcriptions',
    request: { model: 'gpt-4o-transcribe' },
    answer: { kind: 'json', body: TRANSCRIPT },
    record: { ...TRANSCRIBED, stream: false },
  },
  {
    name: 'OpenAI transcription by tokens, streamed: the same answer',
    source: `${REFERENCE}/transcript-text-done-event`,
    path: 'openai/v1/audio/transcriptions',
    request: { model: 'gpt-4o-transcribe', stream: true },
    answer: {
      kind: 'sse',
      events: [
        `data: ${JSON.stringify({ type: 'transcript.text.delta', delta: 'Hé', logprobs: TRANSCRIPT.logprobs })}`,
        'data: {"type":"transcript.text.delta","delta":" 🦊"}',
        `data: ${JSON.stringify({ type: 'transcript.text.done', ...TRANSCRIPT })}`,
      ],
    },
    body: TRANSCRIPT,
    record: { ...TRANSCRIBED, stream: true },
  },
  {
    name: 'OpenAI transcription by the second',
    source: `${REFERENCE}/verbose-json-object`,
    path: 'openai/v1/audio/transcriptions',
    request: { model: 'whisper-1', response_format: 'verbose_json' },
    answer: { kind: 'json', body: VERBOSE },
    record: {
      model: 'whisper-1',
      prompt_tokens: null,
      completion_tokens: null,
      usage_details: { audio_seconds: 9 },
      // 9 s x 0.006 USD per minute
      cost_usd: 0.0009,
    },
  },
  {
    name: 'OpenAI transcription as subtitles, which tell nothing',
    source: `${REFERENCE}/createTranscription#audio-createtranscription-response_format`,
    path: 'openai/v1/audio/transcriptions',
    request: { model: 'whisper-1', response_format: 'srt' },
    answer: { kind: 'bytes', type: 'text/plain; charset=utf-8', bytes: new TextEncoder().encode(SUBTITLES) },
    body: SUBTITLES,
    record: { model: 'whisper-1', outcome: 'success', usage_source: 'none', usage_details: null, cost_usd: null },
  },
  {
    name: 'Groq transcription, which tells its duration alone',
    source: 'https://console.groq.com/docs/speech-to-text',
    path: 'groq/openai/v1/audio/transcriptions',
    request: { model: 'whisper-large-v3', response_format: 'verbose_json' },
    answer: { kind: 'json', body: { task: 'transcribe', duration: 60, text: 'Hi', x_groq: { id: 'req_1' } } },
    record: {
      model: 'whisper-large-v3',
      usage_details: { audio_seconds: 60 },
      // 60 s x 0.111 USD per hour
      cost_usd: 0.00185,
    },
  },
  {
    name: 'Mistral transcription',
    source: 'https://docs.mistral.ai/api/endpoint/audio/transcriptions',
    path: 'mistral/v1/audio/transcriptions',
    request: { model: 'voxtral-mini-2602' },
    answer: { kind: 'json', body: VOXTRAL },
    record: {
      model: 'voxtral-mini-2602',
      prompt_tokens: 4,
      completion_tokens: 635,
      usage_details: { audio_seconds: 203 },
      provider_usage: VOXTRAL.usage,
      // 203 s x 0.003 USD per minute
      cost_usd: 0.01015,
    },
  },
  {
    name: 'OpenAI speech, streamed as events',
    source: `${REFERENCE}/speech-audio-done-event`,
    path: 'openai/v1/audio/speech',
    request: { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hi 🦊', stream_format: 'sse' },
    answer: {
      kind: 'sse',
      events: [
        'data: {"type":"speech.audio.delta","audio":"SUQzBA=="}',
        'data: {"type":"speech.audio.delta","audio":"AAD/+5A="}',
        'data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101,"total_tokens":115}}',
      ],
    },
    body: { audio: 'SUQzBAAA//uQ', usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 } },
    record: {
      model: 'gpt-4o-mini-tts',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 14,
      completion_tokens: 101,
      completion_audio_tokens: 101,
      // 14 x 0.60 + 101 x 12 = 1220.4 USD per million
      cost_usd: 0.0012204,
    },
  },
  {
    name: 'OpenAI speech as bare audio, of which a note is kept',
    source: `${REFERENCE}/createSpeech`,
    path: 'openai/v1/audio/speech',
    request: { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hi 🦊' },
    answer: { kind: 'bytes', type: 'audio/mpeg', bytes: MP3 },
    body: { content_type: 'audio/mpeg', bytes: 9 },
    record: { model: 'gpt-4o-mini-tts', outcome: 'success', stream: false, completion_tokens: null, cost_usd: null },
  },
];

goldenCases(CASES);
