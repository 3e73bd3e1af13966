import { asArray, type JsonObject } from '../../providers/wires/json-read.js';
import { jsonOf } from './span-attributes.js';
import type { SpanKind } from './span-kind.js';
import { answerChoices, promptMessages, type SpanContents } from './span-messages.js';
import { spanUsage } from './span-usage.js';

/** What was asked and answered, as far as a span tells it; null: it tells nothing. */
export interface SpanBodies {
  request: JsonObject | null;
  response: JsonObject | null;
}

/**
 * Writes what a span tells in the shapes in which logs have it: calls of models as Chat Completions and embeddings of OpenAI,
 * others as Helicone's events.
 */
export function spanBodies(kind: Exclude<SpanKind, 'other'>, contents: SpanContents): SpanBodies {
  if (kind === 'tool') return toolBodies(contents);
  if (kind === 'search') return searchBodies(contents);
  return kind === 'embeddings' ? embeddingBodies(contents) : chatBodies(contents);
}

/** Parameters of a request by the attributes that tell them. */
const PARAMETERS: readonly [name: string, ...attributes: string[]][] = [
  ['temperature', 'gen_ai.request.temperature', 'llm.temperature', 'ai.settings.temperature'],
  ['top_p', 'gen_ai.request.top_p', 'llm.top_p'],
  ['top_k', 'gen_ai.request.top_k', 'llm.top_k'],
  ['max_tokens', 'gen_ai.request.max_tokens', 'llm.request.max_tokens'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty', 'llm.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty', 'llm.presence_penalty'],
  ['stop', 'gen_ai.request.stop_sequences', 'llm.chat.stop_sequences'],
  ['seed', 'gen_ai.request.seed'],
  ['n', 'gen_ai.request.choice.count'],
  ['stream', 'gen_ai.request.stream'],
];

function chatBodies(contents: SpanContents): SpanBodies {
  const { attributes } = contents;
  const messages = promptMessages(contents);
  const parameters = PARAMETERS.flatMap(([name, ...names]) => {
    const value = attributes.value(...names);
    return value === null ? [] : [[name, value]];
  });
  const tools = asArray(attributes.json('gen_ai.tool.definitions', 'ai.prompt.tools'));
  const request = {
    ...modelOf(contents, 'request'),
    ...(messages.length === 0 ? {} : { messages }),
    ...Object.fromEntries(parameters),
    // The AI SDK writes a list of texts, each of them JSON.
    ...(tools === null ? {} : { tools: tools.map((tool) => jsonOf(tool) ?? tool) }),
  };
  const choices = answerChoices(contents);
  const id = attributes.text('gen_ai.response.id', 'ai.response.id');
  const usage = spanUsage(attributes);
  const model = modelOf(contents, 'response');
  const reasons = attributes.texts('gen_ai.response.finish_reasons', 'ai.response.finishReason');
  if (choices.length === 0 && usage === undefined && Object.keys(model).length === 0)
    return { request, response: null };
  // Without contents, why the answer ended is still told.
  const ended = reasons.map((reason, index) => ({ index, message: null, finish_reason: reason }));
  const response = {
    ...(id === null ? {} : { id }),
    object: 'chat.completion',
    ...model,
    choices: choices.length === 0 ? ended : choices,
    ...(usage === undefined ? {} : { usage }),
  };
  return { request, response };
}

function embeddingBodies(contents: SpanContents): SpanBodies {
  const { attributes } = contents;
  const input = attributes.value('gen_ai.input', 'ai.value', 'ai.values');
  const request = { ...modelOf(contents, 'request'), ...(input === null ? {} : { input }) };
  const usage = spanUsage(attributes);
  const response = {
    object: 'list',
    ...modelOf(contents, 'response'),
    ...(usage === undefined
      ? {}
      : { usage: { prompt_tokens: usage.prompt_tokens, total_tokens: usage.prompt_tokens } }),
  };
  return { request, response };
}

function modelOf({ attributes }: SpanContents, of: 'request' | 'response'): { model?: string } {
  const model =
    of === 'request'
      ? attributes.text('gen_ai.request.model', 'llm.request.model', 'ai.model.id')
      : attributes.text('gen_ai.response.model', 'llm.response.model', 'ai.response.model');
  return model === null ? {} : { model };
}

function toolBodies({ attributes }: SpanContents): SpanBodies {
  const toolName = attributes.text('gen_ai.tool.name', 'ai.toolCall.name', 'traceloop.entity.name') ?? 'unknown';
  const input = parsed(attributes.value('gen_ai.tool.call.arguments', 'ai.toolCall.args', 'traceloop.entity.input'));
  const output = parsed(attributes.value('gen_ai.tool.call.result', 'ai.toolCall.result', 'traceloop.entity.output'));
  const id = attributes.text('gen_ai.tool.call.id', 'ai.toolCall.id');
  const named = { _type: 'tool', toolName };
  return {
    request: { ...named, ...(id === null ? {} : { toolCallId: id }), input },
    response: output === null ? null : { ...named, output },
  };
}

function searchBodies({ attributes }: SpanContents): SpanBodies {
  const text = attributes.value('gen_ai.retrieval.query.text', 'gen_ai.retrieval.query');
  const databaseName = attributes.text('gen_ai.data_source.id', 'db.system', 'vector_db.vendor');
  const topK = attributes.number('gen_ai.request.top_k', 'vector_db.query.top_k');
  const documents = parsed(attributes.value('gen_ai.retrieval.documents'));
  const named = { _type: 'vector_db' };
  return {
    request: {
      ...named,
      operation: 'search',
      ...(text === null ? {} : { text }),
      ...(topK === null ? {} : { topK }),
      ...(databaseName === null ? {} : { databaseName }),
    },
    response: documents === null ? null : { ...named, documents },
  };
}

/** JSON in a text is given as what it is. */
function parsed(value: unknown): unknown {
  return jsonOf(value) ?? value;
}
