import { asArray, asCount, asObject, asText, type JsonObject, own } from './json-read.js';

/** Where the pieces of one kind of delta belong: a member of the item, or of one part in a list of it. */
interface Growth {
  field: 'text' | 'refusal' | 'arguments' | 'input' | 'code';
  itemType: string;
  list?: { name: 'content' | 'summary'; index: 'content_index' | 'summary_index'; partType: string };
}

const CONTENT = { name: 'content', index: 'content_index' } as const;
const SUMMARY = { name: 'summary', index: 'summary_index' } as const;

/** By the event's type less its `.delta` or `.done`. */
const GROWTHS = new Map<string, Growth>([
  ['response.output_text', { field: 'text', itemType: 'message', list: { ...CONTENT, partType: 'output_text' } }],
  ['response.refusal', { field: 'refusal', itemType: 'message', list: { ...CONTENT, partType: 'refusal' } }],
  [
    'response.reasoning_text',
    { field: 'text', itemType: 'reasoning', list: { ...CONTENT, partType: 'reasoning_text' } },
  ],
  [
    'response.reasoning_summary_text',
    { field: 'text', itemType: 'reasoning', list: { ...SUMMARY, partType: 'summary_text' } },
  ],
  ['response.function_call_arguments', { field: 'arguments', itemType: 'function_call' }],
  ['response.mcp_call_arguments', { field: 'arguments', itemType: 'mcp_call' }],
  ['response.custom_tool_call_input', { field: 'input', itemType: 'custom_tool_call' }],
  ['response.code_interpreter_call_code', { field: 'code', itemType: 'code_interpreter_call' }],
]);

/** What arrived of a response whose terminal event did not. Events that change nothing of it are passed over. */
export class PartialResponse {
  #response: JsonObject | null = null;
  readonly #items = new Map<number, JsonObject>();

  push(event: JsonObject): void {
    const type = asText(event.type) ?? '';
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.#response = asObject(event.response) ?? this.#response;
        break;
      case 'response.output_item.added':
      case 'response.output_item.done':
        this.#setItem(event);
        break;
      case 'response.content_part.added':
      case 'response.content_part.done':
        setPart(this.#item(event, 'message'), CONTENT, event);
        break;
      case 'response.reasoning_summary_part.added':
      case 'response.reasoning_summary_part.done':
        setPart(this.#item(event, 'reasoning'), SUMMARY, event);
        break;
      case 'response.output_text.annotation.added':
        this.#annotate(event);
        break;
      case 'response.shell_call_command.added':
      case 'response.shell_call_command.delta':
      case 'response.shell_call_command.done':
        this.#command(event);
        break;
      default:
        this.#grow(type, event);
    }
  }

  /** Null when nothing arrived. */
  body(): JsonObject | null {
    if (this.#items.size === 0) return this.#response;
    const items = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item);
    return { ...this.#response, output: items };
  }

  #setItem(event: JsonObject): void {
    const item = asObject(event.item);
    if (item !== null) this.#items.set(asCount(event.output_index) ?? this.#items.size, item);
  }

  /** The item of an event; one that was never announced is made up with the type that the event implies. */
  #item(event: JsonObject, type: string): JsonObject {
    const index = asCount(event.output_index) ?? 0;
    let item = this.#items.get(index);
    if (item === undefined) {
      item = { type };
      if (type === 'message') item.role = 'assistant';
      this.#items.set(index, item);
    }
    return item;
  }

  #grow(type: string, event: JsonObject): void {
    const dot = type.lastIndexOf('.');
    const growth = GROWTHS.get(type.slice(0, dot));
    if (growth === undefined) return;
    const { field, itemType, list } = growth;
    let target = this.#item(event, itemType);
    if (list !== undefined) target = part(listOf(target, list.name), event[list.index], { type: list.partType });
    const whole = type.slice(dot) === '.done' ? event[field] : undefined;
    if (typeof whole === 'string') target[field] = whole;
    else if (typeof event.delta === 'string') target[field] = (asText(target[field]) ?? '') + event.delta;
    if (field === 'text' && Array.isArray(event.logprobs) && typeof event.delta === 'string') {
      const logprobs = asArray(target.logprobs);
      if (logprobs === null) target.logprobs = event.logprobs;
      else for (const logprob of event.logprobs) logprobs.push(logprob);
    }
  }

  #annotate(event: JsonObject): void {
    const content = listOf(this.#item(event, 'message'), 'content');
    listOf(part(content, event.content_index, { type: 'output_text' }), 'annotations').push(event.annotation);
  }

  #command(event: JsonObject): void {
    const item = this.#item(event, 'shell_call');
    const action = asObject(item.action) ?? {};
    item.action = action;
    const commands = listOf(action, 'commands');
    const index = Math.min(asCount(event.command_index) ?? 0, commands.length);
    if (typeof event.command === 'string') commands[index] = event.command;
    else if (typeof event.delta === 'string') commands[index] = (asText(commands[index]) ?? '') + event.delta;
  }
}

/** The list in a member, made when there is none. */
function listOf(object: JsonObject, name: string): unknown[] {
  const list = asArray(own(object, name)) ?? [];
  object[name] = list;
  return list;
}

/** The part at `index`, else `fresh` at the list's end: no index of a provider's makes a list longer than its events. */
function part(list: unknown[], index: unknown, fresh: JsonObject): JsonObject {
  const at = asCount(index) ?? 0;
  const known = asObject(list[at]);
  if (known !== null) return known;
  list[Math.min(at, list.length)] = fresh;
  return fresh;
}

function setPart(item: JsonObject, place: typeof CONTENT | typeof SUMMARY, event: JsonObject): void {
  const given = asObject(event.part);
  if (given === null) return;
  const list = listOf(item, place.name);
  list[Math.min(asCount(event[place.index]) ?? list.length, list.length)] = given;
}
