import { toFile } from 'openai';
import { all } from './all.js';
import { media, typedBlocks } from './answer.js';
import { bytes, events, json, type OpenAICase } from './openai-sdk.js';

const MP3 = Buffer.concat([Buffer.from('ID3\x04', 'latin1'), media(100_000)]);
/** Longer than what is kept of a body. */
const WAV = Buffer.concat([Buffer.from('RIFF$\x08\0\0WAVEfmt ', 'latin1'), media(1_300_000)]);

const wav = (bytes = WAV.subarray(0, 40_000)) => toFile(bytes, 'spräche.wav', { type: 'audio/wav' });

const TEXT = { text: 'Imagine the wildest idea that you’ve ever had — 夢 …' };
const TRANSCRIBED = { ...TEXT, usage: { type: 'tokens', input_tokens: 14, output_tokens: 45, total_tokens: 59 } };

/** Sound in and out. */
export const AUDIO_CASES: readonly OpenAICase[] = [
  {
    name: 'speech',
    answers: [bytes('audio/mpeg', MP3)],
    async run(openai) {
      const spoken = await openai.audio.speech.create({
        model: 'gpt-4o-mini-tts',
        input: 'The quick fox',
        voice: 'alloy',
      });
      return { type: spoken.headers.get('content-type'), same: MP3.equals(Buffer.from(await spoken.arrayBuffer())) };
    },
    gives: { type: 'audio/mpeg', same: true },
  },
  {
    name: 'speech, read as it comes',
    answers: [bytes('audio/pcm', MP3)],
    async run(openai) {
      const spoken = await openai.audio.speech.create({
        model: 'gpt-4o-mini-tts',
        input: 'The quick brown fox',
        voice: 'alloy',
        response_format: 'pcm',
      });
      const parts = await all(spoken.body as unknown as AsyncIterable<Uint8Array>);
      return { same: MP3.equals(Buffer.concat(parts)), inParts: parts.length > 1 };
    },
    gives: { same: true, inParts: true },
  },
  {
    name: 'speech as events',
    answers: [
      events(
        typedBlocks([
          { type: 'speech.audio.delta', audio: MP3.subarray(0, 300).toString('base64') },
          { type: 'speech.audio.done', usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 } },
        ]),
      ),
    ],
    async run(openai) {
      const voice = { model: 'gpt-4o-mini-tts', input: 'The fox', voice: 'alloy', stream_format: 'sse' } as const;
      return (await openai.audio.speech.create(voice)).text();
    },
  },
  {
    name: 'transcription of an upload that is longer than what is kept',
    answers: [json(TRANSCRIBED)],
    run: async (openai) =>
      openai.audio.transcriptions.create({ file: await wav(WAV), model: 'gpt-4o-transcribe', language: 'de' }),
    gives: TEXT,
  },
  {
    name: 'transcription with words',
    answers: [
      json({
        task: 'transcribe',
        language: 'english',
        duration: 8.470000267028809,
        ...TEXT,
        words: [{ word: 'Imagine', start: 0, end: 0.23999999463558197 }],
        usage: { type: 'duration', seconds: 9 },
      }),
    ],
    run: async (openai) =>
      openai.audio.transcriptions.create({
        file: await wav(),
        model: 'whisper-1',
        response_format: 'verbose_json',
        timestamp_granularities: ['word', 'segment'],
      }),
  },
  {
    name: 'transcription as subtitles',
    answers: [bytes('text/plain; charset=utf-8', '1\n00:00:00,000 --> 00:00:04,000\nDas wär’s — 夢\n\n')],
    run: async (openai) =>
      openai.audio.transcriptions.create({ file: await wav(), model: 'whisper-1', response_format: 'srt' }),
  },
  {
    name: 'transcription, streamed',
    answers: [
      events(
        typedBlocks([
          { type: 'transcript.text.delta', delta: 'Imagine', logprobs: [] },
          { type: 'transcript.text.delta', delta: ' 夢', logprobs: [] },
          { type: 'transcript.text.done', text: 'Imagine 夢', logprobs: [], usage: TRANSCRIBED.usage },
        ]),
      ),
    ],
    run: async (openai) =>
      all(openai.audio.transcriptions.create({ file: await wav(), model: 'gpt-4o-mini-transcribe', stream: true })),
    gives: [{ delta: 'Imagine' }, { delta: ' 夢' }, { type: 'transcript.text.done' }],
  },
  {
    name: 'translation',
    answers: [json({ text: 'Hello, my name is Wolfgang.' })],
    run: async (openai) => openai.audio.translations.create({ file: await wav(), model: 'whisper-1' }),
  },
  {
    name: 'realtime: a client’s secret',
    answers: [
      json({
        value: 'ek_68af296e8e408191a1120ab6383263c2',
        expires_at: 1756310470,
        session: {
          type: 'realtime',
          object: 'realtime.session',
          id: 'sess_C9CiUVUzUzYIssh3ELY1d',
          model: 'gpt-realtime',
        },
      }),
    ],
    run: (openai) =>
      openai.realtime.clientSecrets.create({
        expires_after: { anchor: 'created_at', seconds: 600 },
        session: { type: 'realtime', model: 'gpt-realtime', instructions: 'You are a friendly assistant.' },
      }),
  },
  {
    name: 'realtime: a call',
    answers: [
      { ...bytes('application/sdp', 'v=0\r\no=- 4227147428 1719357865 IN IP4 127.0.0.1\r\n'), status: 201 },
      { ...json({}), pieces: [] },
    ],
    async run({ realtime: { calls } }) {
      const made = await calls.create({ sdp: 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n', session: { type: 'realtime' } });
      const answered = { status: made.status, sdp: await made.text() };
      return [answered, await calls.hangup('rtc_1', { headers: { Accept: '*/*' } }).then(() => 'hung up')];
    },
    gives: [{ status: 201 }, 'hung up'],
  },
];
