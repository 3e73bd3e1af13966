import { type OwnPrice, perMTok, withLong } from './own-price.js';

// Source, where none is named: https://developers.openai.com/api/docs/pricing, seen 2026-10-05. Above 272 000 tokens of input the
// newest models cost twice as much for input and cache, and 1.5 times as much for output.

const openai = ['openai'];

const SOL = perMTok({ input: 2, read: 0.1, write: 2.5, output: 10 });
const LONG_SOL = perMTok({ input: 4, read: 0.2, write: 5, output: 15 });

/** OpenAI's own API. */
export const OPENAI_PRICES: readonly OwnPrice[] = [
  {
    // https://developers.openai.com/api/docs/models/gpt-6.1-sol and …/gpt-6.2-sol, seen 2026-11-20
    providers: openai,
    models: ['gpt-6.1-sol'],
    prices: [{ table: withLong(SOL, 272_000, LONG_SOL) }],
  },
  {
    // "A 12-hour cache write costs $5 per million tokens for short-context requests": the page of GPT-6.2 Sol alone says so.
    providers: openai,
    models: ['gpt-6.2-sol'],
    prices: [
      {
        table: withLong({ ...SOL, cache_write_12h_mtok: 5 }, 272_000, { ...LONG_SOL, cache_write_12h_mtok: 10 }),
      },
    ],
  },
  {
    providers: openai,
    models: ['gpt-5.6-cyber'],
    prices: [{ table: perMTok({ input: 12.5, read: 1.25, write: 15.625, output: 75 }) }],
  },
  {
    providers: openai,
    models: ['gpt-5.5-cyber'],
    prices: [{ table: perMTok({ input: 12.5, read: 1.25, output: 75 }) }],
  },
  { providers: openai, models: ['chat-latest'], prices: [{ table: perMTok({ input: 5, read: 0.5, output: 30 }) }] },
  {
    providers: openai,
    models: ['gpt-5-search-api'],
    prices: [{ table: perMTok({ input: 1.25, read: 0.125, output: 10 }) }],
  },
  { providers: openai, models: ['davinci-002'], prices: [{ table: perMTok({ input: 2, output: 2 }) }] },
  { providers: openai, models: ['babbage-002'], prices: [{ table: perMTok({ input: 0.4, output: 0.4 }) }] },
  // The library has only their text. https://developers.openai.com/api/docs/models/gpt-4o-audio-preview, seen 2026-11-21.
  {
    // The first snapshot was dearer: https://openai.com/index/introducing-the-realtime-api (2024-10-01)
    providers: openai,
    models: ['gpt-4o-audio-preview-2024-10-01'],
    prices: [{ table: { ...perMTok({ input: 2.5, output: 10 }), input_audio_mtok: 100, output_audio_mtok: 200 } }],
  },
  {
    providers: openai,
    models: ['gpt-4o-audio-preview'],
    prices: [{ table: { ...perMTok({ input: 2.5, output: 10 }), input_audio_mtok: 40, output_audio_mtok: 80 } }],
  },
  {
    // https://developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview
    providers: openai,
    models: ['gpt-4o-mini-audio-preview'],
    prices: [{ table: { ...perMTok({ input: 0.15, output: 0.6 }), input_audio_mtok: 10, output_audio_mtok: 20 } }],
  },
  { providers: openai, models: ['tts-1'], prices: [{ table: { input_mchars: 15 } }] },
  // OpenAI's name for the snapshot of November 2023 of either: https://developers.openai.com/api/docs/models/tts-1
  { providers: openai, models: ['tts-1-1106'], prices: [{ table: { input_mchars: 15 } }] },
  { providers: openai, models: ['tts-1-hd', 'tts-1-hd-1106'], prices: [{ table: { input_mchars: 30 } }] },
  // 0.017 and 0.034 USD per minute
  {
    providers: openai,
    models: ['gpt-live-transcribe', 'gpt-realtime-whisper'],
    prices: [{ table: { input_audio_hours: 1.02 } }],
  },
  { providers: openai, models: ['gpt-realtime-translate'], prices: [{ table: { input_audio_hours: 2.04 } }] },
  {
    providers: openai,
    models: ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
    prices: [
      {
        table: {
          ...perMTok({ input: 5, read: 1.25, output: 30 }),
          input_image_mtok: 8,
          cache_image_read_mtok: 2,
        },
      },
    ],
  },
  {
    providers: openai,
    models: ['chatgpt-image-latest'],
    prices: [
      {
        table: {
          ...perMTok({ input: 5, read: 1.25, output: 10 }),
          input_image_mtok: 8,
          cache_image_read_mtok: 2,
          output_image_mtok: 32,
        },
      },
    ],
  },
  // A picture of DALL-E is charged by its size and quality, which only the request names.
  { providers: ['openai', 'azure'], models: ['dall-e-2', 'dall-e-3'], prices: [{ table: null }] },
  // Fine-tuned models. The library has some, without their price for cached input, and gpt-4 at the price of its base.
  {
    providers: openai,
    models: ['ft:gpt-4.1-2025-04-14'],
    prices: [{ table: perMTok({ input: 3, read: 0.75, output: 12 }) }],
  },
  {
    providers: openai,
    models: ['ft:gpt-4.1-mini-2025-04-14'],
    prices: [{ table: perMTok({ input: 0.8, read: 0.2, output: 3.2 }) }],
  },
  {
    providers: openai,
    models: ['ft:gpt-4.1-nano-2025-04-14'],
    prices: [{ table: perMTok({ input: 0.2, read: 0.05, output: 0.8 }) }],
  },
  {
    providers: openai,
    models: ['ft:gpt-4o-2024-08-06'],
    prices: [{ table: perMTok({ input: 3.75, read: 1.875, output: 15 }) }],
  },
  {
    providers: openai,
    models: ['ft:gpt-4o-mini-2024-07-18'],
    prices: [{ table: perMTok({ input: 0.3, read: 0.15, output: 1.2 }) }],
  },
  {
    providers: openai,
    models: ['ft:gpt-3.5-turbo', 'ft:gpt-3.5-turbo-0125', 'ft:gpt-3.5-turbo-1106', 'ft:gpt-3.5-turbo-0613'],
    prices: [{ table: perMTok({ input: 3, output: 6 }) }],
  },
  { providers: openai, models: ['ft:davinci-002'], prices: [{ table: perMTok({ input: 12, output: 12 }) }] },
  { providers: openai, models: ['ft:babbage-002'], prices: [{ table: perMTok({ input: 1.6, output: 1.6 }) }] },
];
