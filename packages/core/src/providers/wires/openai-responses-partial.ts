import { joinBase64 } from './base64-join.js';
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
  /** Base64 of audio by the part that it belongs to. */
  readonly #audio = new Map<JsonObject, string[]>();

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
      case 'response.shell_call_output_content.delta':
      case 'response.shell_call_output_content.done':
        this.#commandOutput(event);
        break;
      case 'response.image_generation_call.partial_image':
        this.#draft(event);
        break;
      default:
        if (AUDIO.test(type)) this.#speak(type, event);
        else this.#grow(type, event);
    }
  }

  /** Null when nothing arrived. */
  body(): JsonObject | null {
    if (this.#items.size === 0) return this.#response;
    for (const [target, pieces] of this.#audio) target.data = joinBase64(pieces);
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

  /** What a command wrote: pieces of its two streams, or the whole of it. */
  #commandOutput(event: JsonObject): void {
    const output = listOf(this.#item(event, 'shell_call_output'), 'output');
    const whole = asArray(event.output);
    const index = Math.min(asCount(event.command_index) ?? 0, output.length);
    if (whole !== null) {
      for (let at = 0; at < whole.length; at++) output[index + at] = whole[at];
      return;
    }
    const target = part(output, index, { stdout: '', stderr: '' });
    const delta = asObject(event.delta);
    for (const stream of ['stdout', 'stderr'] as const) {
      const piece = asText(delta?.[stream]);
      if (piece !== null) target[stream] = (asText(target[stream]) ?? '') + piece;
    }
  }

  /** A picture that was still being drawn; its item gets the finished one by an event of its own. */
  #draft(event: JsonObject): void {
    const item = this.#item(event, 'image_generation_call');
    if (asText(item.result) === null) item.partial_image_b64 = event.partial_image_b64;
  }

  /** Speech and its words are parts of one kind; their events may leave out where they belong. */
  #speak(type: string, event: JsonObject): void {
    const content = listOf(this.#item(event, 'message'), 'content');
    const last = content.findLastIndex((each) => asObject(each)?.type === 'output_audio');
    const index = event.content_index ?? (last < 0 ? content.length : last);
    const target = part(content, index, { type: 'output_audio' });
    if (typeof event.delta !== 'string') return;
    if (type.includes('transcript')) target.transcript = (asText(target.transcript) ?? '') + event.delta;
    else {
      const pieces = this.#audio.get(target);
      if (pieces === undefined) this.#audio.set(target, [event.delta]);
      else pieces.push(event.delta);
    }
  }
}

const AUDIO = /^response\.(?:output_)?audio(?:[._]transcript)?\.delta$/;

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
