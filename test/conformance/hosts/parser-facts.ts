import type { Parser, ParserFacts } from './host.js';

/** Parsers of Express, wherever they run before the proxy. Our own limits are set high; theirs is 100 KB. */
export const EXPRESS_PARSERS = {
  usual: { reads: ['json'], leaves: 'meaning', maxBytes: 102_400 },
  'keeps bytes': { reads: ['json'], leaves: 'bytes' },
  'drops bytes': { reads: ['json'], leaves: 'meaning' },
  raw: { reads: ['json', 'form', 'text', 'other'], leaves: 'bytes' },
  text: { reads: ['text'], leaves: 'bytes' },
  form: { reads: ['form'], leaves: 'meaning' },
  'nested form': { reads: ['form'], leaves: 'meaning' },
} as const satisfies Partial<Record<Parser, ParserFacts>>;

export const CONSUMED = { reads: ['json', 'form', 'text', 'other'], leaves: 'nothing' } as const satisfies ParserFacts;

/** Parsers that run behind the proxy, or beside it, and so never meet a body of its own. */
export const NEVER_ASKED = { reads: [], leaves: 'nothing' } as const satisfies ParserFacts;
