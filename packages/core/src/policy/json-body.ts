import { type Member, membersOf, type Span } from './json-members.js';

/** Bodies up to this size are looked into on the request thread; it takes about 1 ms per MiB. Bytes. */
export const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** A change to one top-level member: its new value as JSON text, added at the end where there was none; null removes it. */
export type Edit = readonly [name: string, value: string | null];

/** JSON text that takes the place of what stands between two byte offsets. */
export interface Replacement extends Span {
  value: string;
}

/**
 * A request body that is a JSON object, seen through the offsets of its members: one value can be read, or replaced, and all
 * other bytes stay as they are, which providers' prompt caches depend on.
 */
export class JsonBody {
  readonly bytes: Uint8Array;
  /** One character per byte, so that offsets are byte offsets. */
  readonly text: string;
  readonly members: ReadonlyMap<string, Member>;

  private constructor(bytes: Uint8Array, text: string, members: ReadonlyMap<string, Member>) {
    this.bytes = bytes;
    this.text = text;
    this.members = members;
  }

  /** Null when the bytes are no JSON object, or too many to look into. Never throws. */
  static read(bytes: Uint8Array): JsonBody | null {
    if (bytes.length > MAX_JSON_BYTES) return null;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const members = membersOf(text);
    return members === null ? null : new JsonBody(bytes, text, members);
  }

  /** JSON text of a member's value, one character per byte; undefined when there is no such member. */
  raw(name: string): string | undefined {
    const member = this.#member(name);
    return member === undefined ? undefined : this.text.slice(member.start, member.end);
  }

  /** The bytes of a member's value; undefined when there is no such member. */
  bytesOf(name: string): Uint8Array | undefined {
    const member = this.#member(name);
    return member === undefined ? undefined : this.bytes.subarray(member.start, member.end);
  }

  /** A member's value, parsed; undefined when there is no such member or it is no JSON. */
  value(name: string): unknown {
    const member = this.#member(name);
    return member === undefined ? undefined : this.valueAt(member);
  }

  /** The value between two offsets, parsed; undefined when it is no JSON. */
  valueAt({ start, end }: Span): unknown {
    try {
      return JSON.parse(Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString());
    } catch {
      return undefined;
    }
  }

  /** A member's value if it is text. */
  string(name: string): string | undefined {
    const member = this.#member(name);
    if (member === undefined || this.text[member.start] !== '"') return undefined;
    const value = this.valueAt(member);
    return typeof value === 'string' ? value : undefined;
  }

  /** A member's value if it is a finite number. */
  number(name: string): number | undefined {
    const raw = this.raw(name);
    if (raw === undefined || !NUMBER.test(raw)) return undefined;
    const value = Number(raw);
    return Number.isFinite(value) ? value : undefined;
  }

  /**
   * The body's bytes with these members changed; all others keep theirs. Of several edits of one name the last one counts. Where
   * a name stands twice, the other one goes: no parser may still see the old value.
   */
  edited(edits: readonly Edit[]): Uint8Array {
    const wanted = new Map(edits);
    const gone = new Set<Member>();
    const replacements: Replacement[] = [];
    let added = '';
    for (const [name, value] of wanted) {
      const member = this.#member(name);
      if (member === undefined) {
        if (value !== null) added += `,${JSON.stringify(name)}:${value}`;
        continue;
      }
      for (let same = member.earlier; same !== null; same = same.earlier) gone.add(same);
      if (value === null) gone.add(member);
      else replacements.push({ start: member.start, end: member.end, value });
    }
    if (gone.size > 0 || added !== '') this.#reshape(gone, added, replacements);
    return this.replaced(replacements);
  }

  /** The body's bytes with these stretches replaced, which must not overlap; all others stay. */
  replaced(replacements: readonly Replacement[]): Uint8Array {
    if (replacements.length === 0) return this.bytes;
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const { start, end, value } of replacements.toSorted((a, b) => a.start - b.start)) {
      pieces.push(this.bytes.subarray(at, start), Buffer.from(value));
      at = end;
    }
    pieces.push(this.bytes.subarray(at));
    return Buffer.concat(pieces);
  }

  /** Names are kept as the text is, one character per byte. */
  #member(name: string): Member | undefined {
    return this.members.get(name) ?? this.members.get(Buffer.from(name).toString('latin1'));
  }

  /** Removes members, each with one of the commas beside it, and adds `added` (each with a comma before it) behind the last. */
  #reshape(gone: ReadonlySet<Member>, added: string, replacements: Replacement[]): void {
    const all = [...everyMember(this.members.values())].sort((a, b) => a.nameStart - b.nameStart);
    const last = all.findLastIndex((member) => !gone.has(member));
    for (let at = 0; at < last; at += 1) {
      const member = all[at] as Member;
      const next = all[at + 1] as Member;
      if (gone.has(member)) replacements.push({ start: member.nameStart, end: next.nameStart, value: '' });
    }
    // Behind the last that stays: the ones that go there take the comma before them along.
    const kept = all[last];
    const start = kept?.end ?? this.text.indexOf('{') + 1;
    const end = last < all.length - 1 ? (all.at(-1) as Member).end : start;
    replacements.push({ start, end, value: kept === undefined ? added.slice(1) : added });
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function* everyMember(members: Iterable<Member>): Generator<Member> {
  for (const member of members) {
    for (let same: Member | null = member; same !== null; same = same.earlier) yield same;
  }
}
