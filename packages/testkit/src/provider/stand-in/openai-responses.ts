import type { Answer, JsonObject, Question, StandInApi } from './question.js';
import { asList, asNumber, asObject, sse, textOf } from './question.js';

const CREATED = 1_760_000_000;

/** `POST /v1/responses`. */
export const openaiResponses: StandInApi = { ask, whole, events };

function ask(body: JsonObject): Question {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : asList(body.input);
  const instructions = typeof body.instructions === 'string' ? body.instructions : '';
  const tool = asList(body.tools).find(({ type }) => type === 'function');
  const answered = items.at(-1)?.type === 'function_call_output';
  return {
    model: String(body.model),
    input: [instructions, ...items.map((item) => textOf(item.content ?? item.output))].join(' '),
    said: textOf(items.findLast(({ role }) => role === 'user')?.content),
    cacheable: { text: instructions, lifetime: 'automatic' },
    tool: tool === undefined || answered ? null : { name: String(tool.name), schema: asObject(tool.parameters) },
    maxTokens: asNumber(body.max_output_tokens),
    stream: body.stream === true,
    includeUsage: true,
  };
}

function whole(answer: Answer): JsonObject {
  return {
    ...envelope(answer, answer.finish === 'length' ? 'incomplete' : 'completed'),
    incomplete_details: answer.finish === 'length' ? { reason: 'max_output_tokens' } : null,
    output: [item(answer, answer.pieces.join(''), 'completed')],
    usage: usage(answer),
  };
}

function events(answer: Answer): string[] {
  const list: string[] = [];
  const event = (type: string, data: JsonObject): void => {
    list.push(sse({ type, sequence_number: list.length, ...data }, type));
  };
  const text = answer.pieces.join('');
  const done = item(answer, text, 'completed');
  const place = { item_id: done.id, output_index: 0 };
  event('response.created', { response: envelope(answer, 'in_progress') });
  event('response.in_progress', { response: envelope(answer, 'in_progress') });
  event('response.output_item.added', { output_index: 0, item: item(answer, '', 'in_progress') });
  if (answer.tool === null) {
    const at = { ...place, content_index: 0 };
    event('response.content_part.added', { ...at, part: part('') });
    for (const delta of answer.pieces) event('response.output_text.delta', { ...at, delta, logprobs: [] });
    event('response.output_text.done', { ...at, text, logprobs: [] });
    event('response.content_part.done', { ...at, part: part(text) });
  } else {
    for (const delta of answer.pieces) event('response.function_call_arguments.delta', { ...place, delta });
    event('response.function_call_arguments.done', { ...place, name: answer.tool, arguments: text });
  }
  event('response.output_item.done', { output_index: 0, item: done });
  event(answer.finish === 'length' ? 'response.incomplete' : 'response.completed', { response: whole(answer) });
  return list;
}

function envelope({ number, model }: Answer, status: string): JsonObject {
  return {
    id: `resp_${number}`,
    object: 'response',
    created_at: CREATED,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: null,
  };
}

function item({ number, tool }: Answer, text: string, status: string): JsonObject {
  if (tool !== null) {
    return {
      type: 'function_call',
      id: `fc_${number}`,
      call_id: `call_${number}`,
      name: tool,
      arguments: text,
      status,
    };
  }
  const content = status === 'completed' ? [part(text)] : [];
  return { type: 'message', id: `msg_${number}`, role: 'assistant', content, status };
}

function part(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function usage({ usage: { input, output, cacheRead, reasoning } }: Answer): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
