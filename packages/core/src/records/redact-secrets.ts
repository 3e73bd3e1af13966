import type { RecordRow } from './store.js';

/** Stands where something was taken out. */
export const REDACTED = '[redacted]';

/** How many secrets are kept ready to be looked for: callers mostly send the same few. */
const MAX_PATTERNS = 256;
/** Of a secret that the end of a body cuts, what is left counts from this length on. Characters. */
const MIN_PREFIX = 8;

interface Secret {
  text: string;
  bytes: Buffer;
  /** Its longest stretch that no escaping changes: what does not have it has no form of the secret. */
  anchor: string;
  anchorBytes: Buffer;
  /** The secret as it is, JSON-escaped, percent-encoded, also twice over. */
  pattern: RegExp;
}

/** Takes the credentials of a call out of everything that is kept of it. */
export interface SecretRemover {
  /** The row without any of `secrets`; the same row when it has none. Never throws. */
  remove(row: RecordRow, secrets: readonly string[]): RecordRow;
}

export function createSecretRemover(): SecretRemover {
  const known = new Map<string, Secret>();
  const secretOf = (text: string): Secret => {
    let secret = known.get(text);
    if (secret === undefined) {
      secret = toSecret(text);
      // Oldest first: a map keeps the order of insertion.
      if (known.size >= MAX_PATTERNS) known.delete(known.keys().next().value as string);
      known.set(text, secret);
    }
    return secret;
  };
  return {
    remove(row, texts) {
      // The longest first: one may be a part of another.
      const secrets = texts.map(secretOf).sort((a, b) => b.text.length - a.text.length);
      return secrets.length === 0 ? row : withoutSecrets(row, secrets);
    },
  };
}

/** Mostly there is nothing to take out. */
function hasAny(row: RecordRow, secrets: readonly Secret[]): boolean {
  let texts = `${row.path}\n${row.provider}\n${row.targetUrl}\n${row.userId}\n${row.promptId}\n${row.error}\n${row.finishReason}`;
  texts += `\n${row.model}\n${row.requestModel}\n${row.responseModel}\n${row.modelOverride}`;
  for (const name in row.properties) texts += `\n${name}\n${row.properties[name]}`;
  for (const { provider, target, error } of row.attempts) texts += `\n${provider}\n${target}\n${error}`;
  return secrets.some(({ anchor }) => texts.includes(anchor));
}

function withoutSecrets(row: RecordRow, secrets: readonly Secret[]): RecordRow {
  const requestBody = cleanBody(row.requestBody, secrets);
  const responseBody = cleanBody(row.responseBody, secrets);
  if (!hasAny(row, secrets)) {
    const same = requestBody === row.requestBody && responseBody === row.responseBody;
    return same ? row : { ...row, requestBody, responseBody };
  }
  const text = <T extends string | null>(value: T): T => (value === null ? value : (cleanText(value, secrets) as T));
  return {
    ...row,
    path: text(row.path),
    provider: text(row.provider),
    targetUrl: text(row.targetUrl),
    userId: text(row.userId),
    properties: cleanProperties(row.properties, secrets),
    promptId: text(row.promptId),
    model: text(row.model),
    requestModel: text(row.requestModel),
    responseModel: text(row.responseModel),
    modelOverride: text(row.modelOverride),
    error: text(row.error),
    finishReason: text(row.finishReason),
    attempts: row.attempts.map((attempt) => ({
      ...attempt,
      provider: text(attempt.provider),
      target: text(attempt.target),
      ...(attempt.error === undefined ? {} : { error: text(attempt.error) }),
    })),
    requestBody,
    responseBody,
  };
}

function cleanText(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  for (const { anchor, pattern } of secrets) {
    if (clean.includes(anchor)) clean = clean.replace(pattern, REDACTED);
  }
  return clean;
}

function cleanProperties(properties: RecordRow['properties'], secrets: readonly Secret[]): RecordRow['properties'] {
  const clean = Object.entries(properties).map(([name, value]) => [
    cleanText(name, secrets),
    cleanText(value, secrets),
  ]);
  return Object.fromEntries(clean);
}

function cleanBody(body: Uint8Array | null, secrets: readonly Secret[]): Uint8Array | null {
  if (body === null || body.length === 0) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  // Mostly there is nothing: searching bytes for bytes takes a tenth of a millisecond per MiB.
  const found = secrets.filter(({ anchorBytes }) => bytes.includes(anchorBytes));
  const clean = found.length === 0 ? bytes : Buffer.from(cleanText(bytes.toString(), found));
  const hasCuts = clean[0] === BRACKET && clean.includes(CUT);
  const whole = secrets.reduce((left, { bytes: secret }) => {
    const from = hasCuts ? 0 : Math.max(0, left.length - secret.length + 1);
    return withoutBeginning(secret, left, from);
  }, clean);
  return whole === bytes ? body : whole;
}

/**
 * A body without the beginning of a secret that a limit has cut: at its end, or behind `start` at the end of a text in it (a
 * message of a session that was not kept whole).
 */
function withoutBeginning(secret: Buffer, body: Buffer, start: number): Buffer {
  const begin = secret.subarray(0, MIN_PREFIX);
  const kept: Buffer[] = [];
  let from = 0;
  for (let at = body.indexOf(begin, start); at >= 0; ) {
    const end = at + sameLength(secret, body, at);
    if (end === body.length || body[end] === QUOTE) {
      kept.push(body.subarray(from, at), REDACTED_BYTES);
      from = end;
    }
    // Not from the next byte: a secret that repeats itself would be compared again and again.
    at = body.indexOf(begin, end - MIN_PREFIX + 1);
  }
  return from === 0 ? body : Buffer.concat([...kept, body.subarray(from)]);
}

const REDACTED_BYTES = Buffer.from(REDACTED);
const QUOTE = 0x22;
const BRACKET = 0x5b;
/** How the records of sessions mark a message that is not whole. */
const CUT = '"helicone_cut":';

/** How many bytes of a secret stand at a place of a body. */
function sameLength(secret: Buffer, body: Buffer, at: number): number {
  let length = MIN_PREFIX;
  while (length < secret.length && secret[length] === body[at + length]) length += 1;
  return length;
}

function toSecret(text: string): Secret {
  const anchor = (text.match(PLAIN_STRETCH) ?? []).reduce(
    (longest, each) => (each.length > longest.length ? each : longest),
    '',
  );
  const pattern = new RegExp([...text].map(formsOf).join(''), 'g');
  return { text, bytes: Buffer.from(text), anchor, anchorBytes: Buffer.from(anchor), pattern };
}

/** Characters that neither JSON nor a URL writes in another way. */
const PLAIN_STRETCH = /[A-Za-z0-9_.-]+/g;

/** One character in every form (bounded, so that no run of backslashes is gone over again and again): itself or behind backslashes, as `\\u002f`, as `%2F`; in a query a space is a plus. */
function formsOf(character: string): string {
  if (/[A-Za-z0-9_.-]/.test(character)) return character === '.' || character === '-' ? `\\${character}` : character;
  const units = [...Array(character.length).keys()]
    .map((at) => `\\\\{1,4}u${character.charCodeAt(at).toString(16).padStart(4, '0').replace(/[a-f]/g, bothCases)}`)
    .join('');
  const percent = [...Buffer.from(character)]
    .map((byte) => `%(?:25){0,2}${byte.toString(16).padStart(2, '0').replace(/[a-f]/g, bothCases)}`)
    .join('');
  const short = SHORT_ESCAPES[character];
  const forms = [`\\\\{0,4}${escaped(character)}`, units, percent];
  if (short !== undefined) forms.push(`\\\\{1,4}${short}`);
  if (character === ' ') forms.push('\\+');
  return `(?:${forms.join('|')})`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\t': 't', '\n': 'n', '\r': 'r', '\b': 'b', '\f': 'f' };

function bothCases(digit: string): string {
  return `[${digit}${digit.toUpperCase()}]`;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
