import type { Answer, AnswerUsage, JsonObject, Question } from './question.js';
import { asObject } from './question.js';

/** Shortest text that providers cache, tokens. */
const MIN_CACHED = 1024;
/** OpenAI counts cached input in steps, tokens. */
const CACHE_STEP = 128;
/** What a reasoning model thinks before it answers, tokens. */
const REASONING = 64;

/** Tokens as the stand-in counts them: a word is a token, so that a test can count them by hand. */
export function countTokens(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Makes the answers: the same question gets the same answer, but for what the prompt cache remembers. */
export function createAnswerer(): (question: Question) => Answer {
  const remembered = new Set<string>();
  let number = 0;
  return (question) => {
    number += 1;
    const words = question.tool === null ? spoken(question.said) : pieces(sampleArguments(question.tool.schema));
    const limit = question.maxTokens ?? words.length;
    const kept = question.tool === null ? words.slice(0, limit) : words;
    return {
      number,
      model: question.model,
      pieces: kept,
      tool: question.tool?.name ?? null,
      finish: question.tool !== null ? 'tool' : kept.length < words.length ? 'length' : 'stop',
      usage: count(question, kept.length, remembered),
    };
  };
}

function spoken(said: string): string[] {
  return pieces(`You said: ${said}`);
}

/** Words with the space that follows them. */
function pieces(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

function count({ model, input, cacheable }: Question, written: number, remembered: Set<string>): AnswerUsage {
  const reasoning = /^(o\d|gpt-5)/.test(model) ? REASONING : 0;
  const usage = {
    input: countTokens(input),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: written + reasoning,
    reasoning,
  };
  const tokens = cacheable === null ? 0 : countTokens(cacheable.text);
  if (cacheable === null || tokens < MIN_CACHED) return usage;
  const entry = `${model} ${cacheable.lifetime} ${cacheable.text}`;
  const known = remembered.has(entry);
  remembered.add(entry);
  if (cacheable.lifetime === 'automatic') {
    usage.cacheRead = known ? tokens - (tokens % CACHE_STEP) : 0;
  } else if (known) usage.cacheRead = tokens;
  else if (cacheable.lifetime === '1h') usage.cacheWrite1h = tokens;
  else usage.cacheWrite5m = tokens;
  return usage;
}

/** Arguments that fit a tool's JSON schema: the first example or choice of each property. */
function sampleArguments(schema: JsonObject): string {
  const sample: JsonObject = {};
  for (const [name, value] of Object.entries(asObject(schema.properties))) {
    const property = asObject(value);
    const [choice] = [property.examples, property.enum].filter(Array.isArray).flat();
    sample[name] = choice ?? (property.type === 'number' || property.type === 'integer' ? 1 : 'Lisbon');
  }
  return JSON.stringify(sample, null, 1);
}
