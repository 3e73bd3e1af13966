import type { WireFormat } from '../providers/wire.js';
import { contentTexts } from './content-texts.js';
import type { JsonBody, Replacement } from './json-body.js';
import { elementsOf, membersOf, type Span } from './json-members.js';
import type { TokenLimitHandler } from './policy.js';

export interface TokenLimitRequest {
  body: JsonBody;
  wire: WireFormat | null;
  handler: TokenLimitHandler;
  /** Model to judge by, where the body names a deployment or none. */
  modelOverride: string | null;
  /** Tokens that a model takes, prompt and answer together; null when it is not known. */
  windowOf(model: string): number | null;
}

/** What became of the body: null bytes when it stays as it is. */
export interface TokenLimitResult {
  bytes: Uint8Array | null;
  /** For `Helicone-Warning`, without the header's name. */
  warning: string | null;
}

const UNCHANGED: TokenLimitResult = { bytes: null, warning: null };

/**
 * Applies `Helicone-Token-Limit-Exception-Handler`. The prompt is estimated at a quarter of a token per character, without a
 * tokenizer; it may take the model's context less what the answer may take (`max_completion_tokens`, `max_tokens` or
 * `max_output_tokens`, else a tenth of the context). Formulas and handlers are Helicone's (reference 10.6):
 *
 * - `truncate`: white space is normalised, then the longest texts lose their ends until all fits;
 * - `middle-out`: the longest texts lose their middles, in steps of 1000 characters;
 * - `fallback`: of the models in the comma list that `model` is, the first one that the prompt fits; else the last.
 *
 * Texts of chat messages, of a Responses input and of Anthropic's messages and system prompt are cut; tool calls, their results
 * in parts, and images are not. Never throws.
 */
export function fitTokenLimit(request: TokenLimitRequest): TokenLimitResult {
  return request.handler === 'fallback' ? chooseModel(request) : shorten(request, request.handler);
}

function chooseModel({ body, wire, windowOf }: TokenLimitRequest): TokenLimitResult {
  const models = (body.string('model') ?? '')
    .split(',')
    .map((model) => model.trim())
    .filter((model) => model !== '');
  if (models.length < 2) return UNCHANGED;
  const prompt = readPrompt(body, wire);
  const chosen = models.find((model, at) => {
    const window = windowOf(model);
    return at === models.length - 1 || window === null || prompt.chars <= maxChars(body, model, window);
  });
  return { bytes: body.edited([['model', JSON.stringify(chosen)]]), warning: null };
}

function shorten(request: TokenLimitRequest, handler: 'truncate' | 'middle-out'): TokenLimitResult {
  const { body, wire, modelOverride, windowOf } = request;
  const model = modelOverride ?? body.string('model') ?? '';
  const window = windowOf(model);
  if (window === null)
    return { bytes: null, warning: 'the context of this model is not known; the prompt is left alone' };
  const prompt = readPrompt(body, wire);
  const excess = prompt.chars - maxChars(body, model, window);
  if (excess <= 0) return UNCHANGED;
  const texts = prompt.texts.map(({ text }) => (handler === 'truncate' ? normalised(text) : text));
  const room = totalLength(prompt.texts.map(({ text }) => text)) - excess;
  const longest = longestAllowed(texts, room);
  if (longest < 1) return { bytes: null, warning: 'the prompt cannot be made to fit; it is left alone' };
  const cut = handler === 'truncate' ? withoutEnd : withoutMiddle;
  const replacements: Replacement[] = [];
  let removed = 0;
  for (const [at, { span, text }] of prompt.texts.entries()) {
    const kept = cut(texts[at] as string, longest);
    if (kept === text) continue;
    removed += text.length - kept.length;
    replacements.push({ start: span.start, end: span.end, value: JSON.stringify(kept) });
  }
  return { bytes: body.replaced(replacements), warning: `the prompt was shortened by ${removed} characters` };
}

interface Prompt {
  texts: { span: Span; text: string }[];
  /** Characters that count, those of tools and instructions among them. */
  chars: number;
}

function readPrompt(body: JsonBody, wire: WireFormat | null): Prompt {
  const texts: Prompt['texts'] = [];
  for (const span of promptTexts(body, wire)) {
    const text = body.valueAt(span);
    if (typeof text === 'string') texts.push({ span, text });
  }
  const tools = body.members.get('tools');
  const toolChars =
    tools === undefined ? 0 : tools.end - tools.start + (elementsOf(body.text, tools.start)?.length ?? 0) + 1;
  const instructions = body.string('instructions')?.length ?? 0;
  return { texts, chars: totalLength(texts.map(({ text }) => text)) + toolChars + instructions };
}

/** Places of all texts of a prompt. */
function promptTexts(body: JsonBody, wire: WireFormat | null): Span[] {
  if (wire === 'openai-chat') return [...textsIn(body, 'prompt'), ...messageTexts(body, 'messages')];
  if (wire === 'anthropic-messages') return [...textsIn(body, 'system'), ...messageTexts(body, 'messages')];
  if (wire !== 'openai-responses') return [];
  const input = body.members.get('input');
  return input !== undefined && body.text[input.start] === '"' ? [input] : messageTexts(body, 'input');
}

function textsIn(body: JsonBody, name: string): Span[] {
  const member = body.members.get(name);
  return member === undefined ? [] : (contentTexts(body.text, member) ?? []);
}

function messageTexts(body: JsonBody, name: string): Span[] {
  const messages = body.members.get(name);
  if (messages === undefined) return [];
  return (elementsOf(body.text, messages.start) ?? []).flatMap((message) => {
    const content = membersOf(body.text, message.start)?.get('content');
    return content === undefined ? [] : (contentTexts(body.text, content) ?? []);
  });
}

/** How many characters may be prompt. */
function maxChars(body: JsonBody, model: string, window: number): number {
  const asked = body.number('max_completion_tokens') ?? body.number('max_tokens') ?? body.number('max_output_tokens');
  const answer = asked !== undefined && asked > 0 ? asked : window / 10;
  const tokens = Math.max(0, Math.floor(window - answer));
  const perChar = tokensPerChar(model);
  const chars = Math.floor(tokens / perChar);
  // 0.15 and 0.2 have no exact binary form.
  return Math.ceil(chars * perChar) > tokens ? chars - 1 : chars;
}

function tokensPerChar(model: string): number {
  const name = model.slice(model.lastIndexOf('/') + 1);
  if (name.startsWith('gpt-3.5-turbo')) return 0.2;
  return name.startsWith('gpt-4o-nano') ? 0.15 : 0.25;
}

function totalLength(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** The length to which the longest texts must be cut so that all of them together have `room`; 0 when there is none. */
function longestAllowed(texts: readonly string[], room: number): number {
  const lengths = texts.map((text) => text.length).sort((a, b) => a - b);
  let left = room;
  for (const [at, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - at));
    if (length > share) return share;
    left -= length;
  }
  return lengths.length === 0 ? 0 : Number.POSITIVE_INFINITY;
}

/** Runs of spaces and tabs as one space, lines without white space at their ends, and no blank ones. */
function normalised(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();
}

function withoutEnd(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, splitsPair(text, longest) ? longest - 1 : longest);
}

const STEP_CHARS = 1000;

function withoutMiddle(text: string, longest: number): string {
  const excess = text.length - longest;
  if (excess <= 0) return text;
  const steps = Math.ceil(excess / STEP_CHARS) * STEP_CHARS;
  const removed = steps < text.length ? steps : excess;
  const start = Math.floor((text.length - removed) / 2);
  const end = start + removed;
  return text.slice(0, splitsPair(text, start) ? start - 1 : start) + text.slice(splitsPair(text, end) ? end + 1 : end);
}

/** Whether a cut at this offset goes through a character of two units. */
function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const behind = text.charCodeAt(at);
  return before >= 0xd800 && before < 0xdc00 && behind >= 0xdc00 && behind < 0xe000;
}
