import { type OwnPrice, perMTok, withLong } from './own-price.js';

// Source, where none is named: https://platform.claude.com/docs/en/about-claude/pricing, seen 2026-10-09.

const anthropic = ['anthropic'];
/** The same for all models; https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool */
const SEARCH = { web_searches_kcount: 10 };

/** Anthropic's own API. */
export const ANTHROPIC_PRICES: readonly OwnPrice[] = [
  {
    // Cache hits cost 0.1 times the input until the page said 0.05 times, first seen 2026-10-08.
    providers: anthropic,
    models: ['claude-sonnet-5-5'],
    prices: [
      { table: { ...perMTok({ input: 2, read: 0.2, write: 2.5, write1h: 4, output: 10 }), ...SEARCH } },
      {
        from: '2026-10-08',
        table: { ...perMTok({ input: 2, read: 0.1, write: 2.5, write1h: 4, output: 10 }), ...SEARCH },
      },
    ],
  },
  {
    // By the length of the prompt: above 100 000 tokens the dearer prices hold.
    providers: anthropic,
    models: ['claude-haiku-5-5'],
    prices: [
      {
        table: {
          ...withLong(
            perMTok({ input: 0.1, read: 0.01, write: 0.125, write1h: 0.2, output: 0.5 }),
            100_000,
            perMTok({ input: 0.5, read: 0.05, write: 0.625, write1h: 1, output: 2.5 }),
          ),
          ...SEARCH,
        },
      },
    ],
  },
  {
    // Released 2026-11-09; seen 2026-11-10
    providers: anthropic,
    models: ['claude-fable-5-2'],
    prices: [{ table: { ...perMTok({ input: 8, read: 0.2, write: 10, write1h: 16, output: 40 }), ...SEARCH } }],
  },
  {
    providers: anthropic,
    models: ['claude-mythos-5'],
    prices: [{ table: { ...perMTok({ input: 10, read: 1, write: 12.5, write1h: 20, output: 50 }), ...SEARCH } }],
  },
  {
    providers: anthropic,
    models: ['claude-mythos-5-1'],
    prices: [{ table: { ...perMTok({ input: 10, read: 0.25, write: 12.5, write1h: 20, output: 50 }), ...SEARCH } }],
  },
];
