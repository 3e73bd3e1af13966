import { CACHE_DIRECTIVES } from './cache-directives.js';
import { FALLBACKS } from './fallback-list.js';
import { decimal, FLAG, type HeaderType, ORIGIN, oneOf, TEXT, UUID, wholeNumber } from './header-types.js';
import { KEY_PATHS } from './key-paths.js';
import { RATE_LIMITS } from './rate-limit-policy.js';

interface Row<T = unknown> {
  /** How the text is read, and what it may be. */
  type: HeaderType<T>;
  /** Longest value, in characters. */
  maxLength: number;
  /** What holds where nobody sends the header; empty: nothing does. */
  default: string;
  /**
   * `observes`: only describes the call; a value that cannot be used is left out and named in `Helicone-Warning`.
   * `governs`: changes what happens; a value that cannot be used gets 400.
   */
  role: 'observes' | 'governs';
  meaning: string;
  /** The header whose place this one takes where that one is not sent: another name for the same thing. */
  standsFor?: string;
  /** Headers that this one decides too: who enforces it, or sends it with more right, overrules theirs. */
  covers?: readonly string[];
  /** Not refused though it governs: other software sends it for reasons of its own. */
  lenient?: boolean;
  /** Says who is calling or which call it is, so that policy for many calls cannot set it. */
  perCall?: boolean;
}

const flag = { type: FLAG, maxLength: 16, default: '`false`', role: 'governs' } as const;
const observed = { type: TEXT, maxLength: 1024, default: '', role: 'observes' } as const;
const number = { maxLength: 16, role: 'governs' } as const;
const longestWaitMs = 600_000;

const TABLE = {
  'helicone-auth': {
    type: TEXT,
    maxLength: 4096,
    default: '',
    role: 'governs',
    meaning: '`Bearer <key>`: who is calling. Needed when keys are configured',
    perCall: true,
  },
  'helicone-target-url': {
    type: ORIGIN,
    maxLength: 2048,
    default: '',
    role: 'governs',
    meaning: 'Origin that a call to `/gateway` goes to',
  },
  'helicone-openai-api-base': {
    type: ORIGIN,
    maxLength: 2048,
    default: '',
    role: 'governs',
    meaning: 'Origin that a call to `/openai` goes to instead of OpenAI, for example an Azure resource',
  },
  'helicone-cache-enabled': {
    ...flag,
    meaning: 'Answer from the cache, and store answers',
    covers: ['helicone-cache-read', 'helicone-cache-save'],
  },
  'helicone-cache-read': { ...flag, default: '`Cache-Enabled`', meaning: 'Answer from the cache, or not' },
  'helicone-cache-save': { ...flag, default: '`Cache-Enabled`', meaning: 'Store answers, or not' },
  'helicone-cache-control': {
    type: CACHE_DIRECTIVES,
    maxLength: 1024,
    default: '`max-age=604800`',
    role: 'governs',
    meaning: 'How this call uses the cache that it asked for; ages up to 31536000. Other directives are passed over',
  },
  'cache-control': {
    type: CACHE_DIRECTIVES,
    maxLength: 1024,
    default: '',
    role: 'governs',
    meaning:
      'The same, where `Helicone-Cache-Control` is not sent; never refused, and alone of these goes on to the provider',
    standsFor: 'helicone-cache-control',
    lenient: true,
  },
  'helicone-cache-bucket-max-size': {
    ...number,
    type: wholeNumber(1, 20),
    default: '1',
    meaning: 'Answers kept for equal calls; one of them is picked at random',
  },
  'helicone-cache-seed': {
    type: TEXT,
    maxLength: 1024,
    default: '',
    role: 'governs',
    meaning: 'Calls with different seeds share no cached answer',
  },
  'helicone-cache-ignore-keys': {
    type: KEY_PATHS,
    maxLength: 4096,
    default: '',
    role: 'governs',
    meaning: 'Body keys that do not count when calls are compared; at most 50',
  },
  'helicone-ratelimit-policy': {
    type: RATE_LIMITS,
    maxLength: 2048,
    default: '',
    role: 'governs',
    meaning: 'Calls, cents or tokens admitted in a window, at most 10 policies',
  },
  'helicone-retry-enabled': { ...flag, meaning: 'Try failed calls again' },
  'helicone-retry-num': {
    ...number,
    type: wholeNumber(0, 10),
    default: '5',
    meaning: 'Retries: 3 means at most 4 calls',
  },
  'helicone-retry-factor': {
    ...number,
    type: decimal(1, 10),
    default: '2',
    meaning: 'How much longer each wait is than the one before',
  },
  'helicone-retry-min-timeout': {
    ...number,
    type: wholeNumber(0, longestWaitMs, 'ms, '),
    default: '1000',
    meaning: 'First wait',
  },
  'helicone-retry-max-timeout': {
    ...number,
    type: wholeNumber(0, longestWaitMs, 'ms, '),
    default: '10000',
    meaning: 'Longest wait; wins over the first one. A provider’s `Retry-After` may be longer',
  },
  'helicone-fallbacks': {
    type: FALLBACKS,
    maxLength: 16_384,
    default: 'option `fallbacks`',
    role: 'governs',
    meaning: 'Targets to try in order, 1 to 10; the route’s own is not tried besides',
  },
  'helicone-stream-usage': {
    ...flag,
    meaning: 'Ask an OpenAI-like stream for its usage, and hide the extra chunk from a client that did not',
  },
  'helicone-moderations-enabled': { ...flag, meaning: 'Refuse prompts that the moderation flags' },
  'helicone-llm-security-enabled': { ...flag, meaning: 'Refuse prompts that look like an injection' },
  'helicone-prompt-security-enabled': {
    ...flag,
    meaning: 'Another name of `Helicone-LLM-Security-Enabled`, which wins',
    standsFor: 'helicone-llm-security-enabled',
  },
  'helicone-llm-security-advanced': { ...flag, meaning: 'With `Helicone-LLM-Security-Enabled`: the second check too' },
  'helicone-token-limit-exception-handler': {
    type: oneOf(['truncate', 'middle-out', 'fallback']),
    maxLength: 16,
    default: '',
    role: 'governs',
    meaning: 'What to do with a prompt that is longer than the model’s context',
  },
  'helicone-omit-request': { ...flag, meaning: 'Keep no request body of this call' },
  'helicone-omit-response': { ...flag, meaning: 'Keep no response body of this call' },
  'helicone-webhook-enabled': { ...flag, default: '`true`', meaning: 'Tell webhooks of this call' },
  'helicone-request-id': {
    type: UUID,
    maxLength: 36,
    default: 'a new UUID',
    role: 'observes',
    meaning: 'Id of the call; comes back as `Helicone-Id`',
    perCall: true,
  },
  'helicone-user-id': { ...observed, meaning: 'The end user on whose behalf the call is made' },
  'helicone-session-id': { ...observed, meaning: 'Calls with the same session id belong together' },
  'helicone-session-path': {
    ...observed,
    maxLength: 4096,
    meaning: 'Place of the call in its session’s tree, for example `/plan/search`',
  },
  'helicone-session-name': { ...observed, meaning: 'Sessions of the same kind share a name' },
  'helicone-prompt-id': { ...observed, meaning: 'The prompt that the call was made from' },
  'helicone-model-override': {
    ...observed,
    meaning: 'Model to record and price by, where the answer names a deployment instead of a model',
  },
  'helicone-property-*': {
    ...observed,
    maxLength: 8192,
    meaning: 'Any property of the call, to filter and sum by; names are lower-cased, at most 100',
  },
} as const satisfies Record<string, Row>;

type Name = keyof typeof TABLE;

/** Headers that have a value of their own: neither another name of one, nor the properties, which are any number. */
type OwnName = { [N in Name]: (typeof TABLE)[N] extends { standsFor: string } ? never : N }[Name];

/** What headers ask for, by lower-case name; those that nobody sent are not there. */
export type HeaderValues = {
  [N in Exclude<OwnName, 'helicone-property-*'>]?: (typeof TABLE)[N]['type'] extends HeaderType<infer T> ? T : never;
};

/** One header that this proxy understands: what it is for, how it is read, and what a value that cannot be used gets. */
export interface HeaderRow extends Row {
  /** Lower-case; a name that ends in `*` stands for all that begin so. */
  name: string;
}

/** Every request header that is understood, declared once: parsing, warnings and the README's table come from here. */
export const HEADERS: readonly HeaderRow[] = Object.entries<Row>(TABLE).map(([name, row]) => ({ name, ...row }));

const BY_NAME: ReadonlyMap<string, HeaderRow> = new Map(HEADERS.map((row) => [row.name, row]));

export const PROPERTY_PREFIX = 'helicone-property-';

/** The row of all properties. */
export const ANY_PROPERTY = 'helicone-property-*';

/** The row of a lower-case header name, if we know it. */
export function headerRow(name: string): HeaderRow | undefined {
  if (!name.startsWith(PROPERTY_PREFIX)) return BY_NAME.get(name);
  return name.length > PROPERTY_PREFIX.length ? BY_NAME.get(ANY_PROPERTY) : undefined;
}
