/** What a redact function sees of a record, credentials taken out already. It changes what it likes below `createdAt`. */
export interface Redactable {
  /** Id of the record; empty for a property or a user that is added to a record later. */
  readonly id: string;
  readonly requestId: string;
  readonly tenant: string;
  readonly provider: string;
  readonly model: string | null;
  readonly method: string;
  /** Path below the provider's route, without query. */
  readonly path: string;
  /** What the client got; −3 when the client left first, −1 for a timeout of ours. */
  readonly status: number;
  /** Unix ms. */
  readonly createdAt: number;
  /** Bodies as text: JSON where JSON was spoken, of a streamed answer what it spells. Null when not kept. */
  requestBody: string | null;
  responseBody: string | null;
  userId: string | null;
  /** By lower-case name; sessions are among them. */
  properties: Record<string, string>;
  /** What the provider or the proxy said of a failure. */
  error: string | null;
}

/**
 * Takes out of a record what must not be kept, before anything of it is written, summed up or told anybody. It changes the
 * record in place, or returns another one of which the five fields at its end count. It may be asynchronous, to ask a
 * service; a record that takes longer than a second counts as failed. Of a record for which it throws, rejects or returns
 * something else than a record, the figures alone are kept.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: an asynchronous function that changes the record in place resolves nothing
export type RedactFn = (record: Redactable) => Redactable | void | Promise<Redactable | void>;

/** What a redact function may change. */
export type Redacted = Pick<Redactable, 'requestBody' | 'responseBody' | 'userId' | 'properties' | 'error'>;

/** Longest time that an asynchronous function may take for a record, ms. */
const LIMIT_MS = 1_000;
/** Records that an asynchronous function has in hand at one time. */
const AT_ONCE = 32;

/** Applies `redact` to each record; null where it failed. Never rejects. */
export async function redactAll(redact: RedactFn, records: Redactable[]): Promise<(Redacted | null)[]> {
  const done: (Redacted | null)[] = [];
  for (let at = 0; at < records.length; at += AT_ONCE) {
    // The thread has other things to do, too.
    if (at > 0) await new Promise(setImmediate);
    const some = records.slice(at, at + AT_ONCE).map((record) => redactOne(redact, record));
    for (const each of await Promise.all(some)) done.push(each);
  }
  return done;
}

async function redactOne(redact: RedactFn, record: Redactable): Promise<Redacted | null> {
  try {
    const returned: unknown = redact(record);
    const changed = isPromise(returned) ? await inTime(returned) : returned;
    return checked(changed === undefined ? record : changed);
  } catch {
    return null;
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}

/** Rejects when it takes too long; what comes of it later is passed over. */
function inTime<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('took too long')), LIMIT_MS);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** What a function left of a record; null when that is no record. Copied: whoever keeps the object can change nothing later. */
function checked(value: unknown): Redacted | null {
  if (typeof value !== 'object' || value === null) return null;
  const { requestBody, responseBody, userId, properties, error } = value as Partial<Redactable>;
  const texts = [requestBody, responseBody, userId, error];
  if (!texts.every((text) => text === null || typeof text === 'string')) return null;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return null;
  const kept: [string, string][] = [];
  for (const [name, text] of Object.entries(properties)) {
    if (typeof text !== 'string') return null;
    kept.push([name.toLowerCase(), text]);
  }
  return { requestBody, responseBody, userId, error, properties: Object.fromEntries(kept) } as Redacted;
}
