/** How a header's value is read. */
export type HeaderType = 'text' | 'uuid' | 'flag' | 'origin';

/** One Helicone header: what it is for, how it is read, and what a value that cannot be used gets. */
export interface HeaderRow {
  /** Lower-case; a name that ends in `*` stands for all that begin so. */
  name: string;
  type: HeaderType;
  /** Longest value, in characters. */
  maxLength: number;
  /**
   * `observes`: only describes the call; a value that cannot be used is left out and named in `Helicone-Warning`.
   * `governs`: changes what happens; a value that cannot be used gets 400.
   */
  role: 'observes' | 'governs';
  meaning: string;
}

/** Every request header that is understood, declared once: parsing, warnings and the README's table come from here. */
export const HEADERS: readonly HeaderRow[] = [
  {
    name: 'helicone-auth',
    type: 'text',
    maxLength: 4096,
    role: 'governs',
    meaning: '`Bearer <key>`: who is calling. Needed when keys are configured',
  },
  {
    name: 'helicone-target-url',
    type: 'origin',
    maxLength: 2048,
    role: 'governs',
    meaning: 'Origin that a call to `/gateway` goes to',
  },
  {
    name: 'helicone-openai-api-base',
    type: 'origin',
    maxLength: 2048,
    role: 'governs',
    meaning: 'Origin that a call to `/openai` goes to instead of OpenAI, for example an Azure resource',
  },
  {
    name: 'helicone-omit-request',
    type: 'flag',
    maxLength: 16,
    role: 'governs',
    meaning: 'Keep no request body of this call',
  },
  {
    name: 'helicone-omit-response',
    type: 'flag',
    maxLength: 16,
    role: 'governs',
    meaning: 'Keep no response body of this call',
  },
  {
    name: 'helicone-request-id',
    type: 'uuid',
    maxLength: 36,
    role: 'observes',
    meaning: 'Id of the call, a UUID; comes back as `Helicone-Id`',
  },
  {
    name: 'helicone-user-id',
    type: 'text',
    maxLength: 1024,
    role: 'observes',
    meaning: 'The end user on whose behalf the call is made',
  },
  {
    name: 'helicone-session-id',
    type: 'text',
    maxLength: 1024,
    role: 'observes',
    meaning: 'Calls with the same session id belong together',
  },
  {
    name: 'helicone-session-path',
    type: 'text',
    maxLength: 4096,
    role: 'observes',
    meaning: 'Place of the call in its session’s tree, for example `/plan/search`',
  },
  {
    name: 'helicone-session-name',
    type: 'text',
    maxLength: 1024,
    role: 'observes',
    meaning: 'Sessions of the same kind share a name',
  },
  {
    name: 'helicone-prompt-id',
    type: 'text',
    maxLength: 1024,
    role: 'observes',
    meaning: 'The prompt that the call was made from',
  },
  {
    name: 'helicone-model-override',
    type: 'text',
    maxLength: 1024,
    role: 'observes',
    meaning: 'Model to record and price by, where the answer names a deployment instead of a model',
  },
  {
    name: 'helicone-property-*',
    type: 'text',
    maxLength: 8192,
    role: 'observes',
    meaning: 'Any property of the call, to filter and sum by; names are lower-cased',
  },
];

const BY_NAME: ReadonlyMap<string, HeaderRow> = new Map(HEADERS.map((row) => [row.name, row]));

export const PROPERTY_PREFIX = 'helicone-property-';

/** The row of a lower-case header name, if we know it. */
export function headerRow(name: string): HeaderRow | undefined {
  return name.startsWith(PROPERTY_PREFIX) && name.length > PROPERTY_PREFIX.length
    ? BY_NAME.get('helicone-property-*')
    : BY_NAME.get(name);
}
