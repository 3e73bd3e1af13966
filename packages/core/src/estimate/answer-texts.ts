import type { WireFormat } from '../providers/wire.js';
import { asObject, type JsonObject, own } from '../providers/wires/json-read.js';
import { walkJson } from './walk-json.js';

/** Where the generated part of an answer stands, by wire format; others are not estimated. */
const ROOTS: Partial<Record<WireFormat, readonly string[]>> = {
  'openai-chat': ['choices'],
  'openai-responses': ['output'],
  'anthropic-messages': ['content'],
  'google-generate-content': ['candidates'],
  'bedrock-converse': ['output'],
  // The body is the model's own: Anthropic, Nova, Titan, Llama, Mistral, Cohere, AI21.
  'bedrock-invoke': [
    'content',
    'output',
    'results',
    'generation',
    'outputs',
    'choices',
    'generations',
    'text',
    'completion',
  ],
  'cohere-chat': ['message', 'text', 'tool_calls'],
  ollama: ['message', 'response'],
};

/** Members whose strings are generated: text, refusals, visible reasoning, tool calls. */
const TEXT = new Set(
  [
    'content',
    'text',
    'refusal',
    'reasoning_content',
    'reasoning',
    'thinking',
    'name',
    'arguments',
    'input',
    'code',
  ].concat(['outputText', 'generation', 'completion', 'response', 'tool_plan']),
);
/** Members with arguments as JSON. */
const JSON_VALUES = new Set(['input', 'args', 'arguments']);
/** Members that no text of the model's is in, or that say again what is said elsewhere. */
const PASSED_OVER = new Set(
  ['logprobs', 'annotations', 'citations', 'usage', 'reasoning_details', 'executed_tools', 'groundingMetadata'].concat([
    'citationMetadata',
    'safetyRatings',
    'logprobsResult',
    'urlContextMetadata',
    'grounding_metadata',
  ]),
);
/** Sound and pictures: what they count nobody can tell. */
const MEDIA = new Set(['audio', 'inlineData', 'inline_data', 'images']);
const MEDIA_TYPE = 'image_generation_call';
/** What the provider's own tools found was read by the model, not written. */
const READ_BY_MODEL = /tool_result$|^(?:file_search_call|web_search_call|mcp_list_tools)$/;

/**
 * What an answer says in text: contents, refusals, names and arguments of tool calls, reasoning as far as it is shown. Empty when
 * nothing is there. Null when it cannot be known: the format is none of generated text, the answer has sound or pictures, or more
 * values than are looked at. Throws on arguments that nest deeper than the stack.
 *
 * @param parsed the answer's JSON, or what a stream was rebuilt to
 * @param thoughts whether Google's summaries of thoughts count; default true
 */
export function answerTexts(wire: WireFormat, parsed: unknown, thoughts = true): string[] | null {
  const body = asObject(parsed);
  const names = ROOTS[wire];
  if (body === null || names === undefined) return null;
  const texts: string[] = [];
  // Gateways tell the same reasoning under two names.
  const reasoning = new Set<string>();
  let known = true;
  const roots = names.map((name) => [name, own(body, name)] as const);
  const all = walkJson(roots, (name, value) => {
    if (typeof value === 'string') {
      if (TEXT.has(name) && !(REASONING.has(name) && reasoning.has(value))) texts.push(value);
      if (REASONING.has(name)) reasoning.add(value);
      return false;
    }
    if (typeof value !== 'object' || value === null || PASSED_OVER.has(name)) return false;
    if (Array.isArray(value)) return true;
    const { type, thought } = value as JsonObject;
    if (thought === true && !thoughts) return false;
    if (MEDIA.has(name) || type === MEDIA_TYPE) known = false;
    if (typeof type === 'string' && READ_BY_MODEL.test(type)) return false;
    if (!JSON_VALUES.has(name)) return true;
    texts.push(JSON.stringify(value));
    return false;
  });
  return all && known ? texts : null;
}

const REASONING = new Set(['reasoning', 'reasoning_content']);
