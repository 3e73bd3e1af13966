import { createGate, type Gate } from './gate.js';

/** What a provider saw of one request, as it came over the wire. */
export class SeenRequest {
  /** Request line and headers as they came, Latin-1, with the blank line. */
  readonly rawHead: string;
  readonly method: string;
  /** Request target as it came: path and query. */
  readonly target: string;
  /** Names and values in order, names as they were written. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** The whole body was there. */
  complete = false;
  /** Bytes of the body that came so far. */
  bodyBytes = 0;
  /** Set by a script as soon as it is called: takes the pieces of the body, which are then not kept. */
  sink: ((bytes: Buffer) => void) | null = null;
  readonly #chunks: Buffer[] = [];
  readonly #end: Gate = createGate();
  #wake: (() => void)[] = [];

  constructor(rawHead: string) {
    this.rawHead = rawHead;
    const [line = '', ...fields] = rawHead.split('\r\n');
    const [method = '', target = ''] = line.split(' ');
    this.method = method;
    this.target = target;
    this.rawHeaders = fields.filter((field) => field !== '').map(splitField);
  }

  /** The body so far, without the framing of chunks. */
  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Resolves when the body is whole, or never will be because the connection closed: see `complete`. */
  get ended(): Promise<void> {
    return this.#end.opened;
  }

  /** Value of a header, repeated ones joined by a comma and a space; undefined when it did not come. */
  header(name: string): string | undefined {
    const values = this.rawHeaders.filter(([each]) => each.toLowerCase() === name.toLowerCase());
    return values.length === 0 ? undefined : values.map(([, value]) => value).join(', ');
  }

  /** Names of all headers, lower-case. */
  get headerNames(): string[] {
    return this.rawHeaders.map(([name]) => name.toLowerCase());
  }

  /** Resolves when at least `bytes` of the body have come, or no more will. */
  async received(bytes: number): Promise<void> {
    while (this.bodyBytes < bytes && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  /** For the connection: the next bytes of the body. */
  add(bytes: Buffer): void {
    if (this.sink === null) this.#chunks.push(bytes);
    else this.sink(bytes);
    this.bodyBytes += bytes.length;
    this.#wakeAll();
  }

  /** For the connection: no more bytes will come. */
  end(complete: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.complete = complete;
    this.#end.open();
    this.#wakeAll();
  }

  #over = false;

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

function splitField(field: string): readonly [string, string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon), field.slice(colon + 1).trim()];
}
