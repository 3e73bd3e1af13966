import { isRecord } from './is-record.js';
import type { ObservedCall } from './observed-call.js';

/** Calls that can be found by the id of their answer; older ones by the answer itself only. */
const MAX_IDS = 1000;

/** Finds the call that an answer came from: by the object itself, by a part of it, by the id that it gives itself. */
export class AnswerIndex {
  readonly #byObject = new WeakMap<object, ObservedCall>();
  readonly #byId = new Map<string, ObservedCall>();

  /** Notes an object that the application may get from a call. */
  add(answer: unknown, call: ObservedCall): void {
    for (const part of partsOf(answer)) this.#byObject.set(part, call);
  }

  /** Notes the id that a call's answer gives itself. */
  addId(id: string, call: ObservedCall): void {
    this.#byId.delete(id);
    this.#byId.set(id, call);
    if (this.#byId.size > MAX_IDS) this.#byId.delete(this.#byId.keys().next().value as string);
  }

  /** The call of an answer; undefined when it is of none that we know. */
  find(answer: unknown): ObservedCall | undefined {
    for (const part of partsOf(answer)) {
      const found = this.#byObject.get(part);
      if (found !== undefined) return found;
    }
    if (!isRecord(answer)) return undefined;
    const id = answer.id ?? answer.responseId;
    return typeof id === 'string' ? this.#byId.get(id) : undefined;
  }
}

/** The SDKs' helpers make new objects of an answer, but take over its usage as it is. */
function partsOf(answer: unknown): object[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if (!isRecord(answer) || Symbol.asyncIterator in answer || answer instanceof Response) return [answer];
  return [answer, answer.usage, answer.usageMetadata].filter((part) => typeof part === 'object' && part !== null);
}
