import {
  assistant,
  contentOf,
  example,
  type FineTuningExample,
  Inexpressible,
  isObject,
  type Json,
  joined,
  listOf,
  type Message,
  objectOf,
  type Part,
  type Tool,
  type ToolCall,
  textOf,
  toolsOf,
} from './chat.js';

/**
 * An example of a call of the Responses API. What the model thought is left out; a conversation that the provider keeps, or tools
 * that it runs itself, cannot be told. @throws {Inexpressible}
 */
export function openAiResponsesExample(request: Json, response: Json): FineTuningExample {
  for (const elsewhere of ['previous_response_id', 'conversation', 'prompt']) {
    if (request[elsewhere] !== undefined && request[elsewhere] !== null) throw new Inexpressible();
  }
  const messages: Message[] = [];
  if (typeof request.instructions === 'string') messages.push({ role: 'system', content: request.instructions });
  if (typeof request.input === 'string') messages.push({ role: 'user', content: request.input });
  else messages.push(...messagesOf(listOf(request.input)));
  const [answer, more] = messagesOf(listOf(response.output));
  if (answer?.role !== 'assistant' || more !== undefined) throw new Inexpressible();
  const parallel = request.parallel_tool_calls;
  return example(messages, answer, {
    ...toolsOf(Array.isArray(request.tools) ? request.tools.flatMap(toolOf) : []),
    ...(typeof parallel === 'boolean' ? { parallel_tool_calls: parallel } : {}),
  });
}

/** What an assistant says in one turn, over several items. */
interface Turn {
  texts: string[];
  calls: ToolCall[];
  refusal?: string;
}

function messagesOf(items: readonly unknown[]): Message[] {
  const messages: Message[] = [];
  let turn: Turn | null = null;
  const endTurn = (): void => {
    if (turn === null) return;
    const { texts, calls, refusal } = turn;
    messages.push(assistant(joined(texts), calls, refusal === undefined ? {} : { refusal }));
    turn = null;
  };
  for (const each of items) {
    const item = objectOf(each);
    const type = item.type ?? 'message';
    if (type === 'reasoning') continue;
    if (type === 'function_call' || (type === 'message' && item.role === 'assistant')) {
      turn ??= { texts: [], calls: [] };
      addTo(turn, item);
      continue;
    }
    endTurn();
    messages.push(otherOf(item, type));
  }
  endTurn();
  return messages;
}

function addTo(turn: Turn, item: Json): void {
  if (item.type === 'function_call') {
    const { call_id, name, arguments: given } = item;
    turn.calls.push({
      id: textOf(call_id),
      type: 'function',
      function: { name: textOf(name), arguments: textOf(given) },
    });
    return;
  }
  if (typeof item.content === 'string') {
    turn.texts.push(item.content);
    return;
  }
  for (const part of listOf(item.content)) {
    const { type, text, refusal } = objectOf(part);
    if (type === 'output_text') turn.texts.push(textOf(text));
    else if (type === 'refusal') turn.refusal = textOf(refusal);
    else throw new Inexpressible();
  }
}

function otherOf(item: Json, type: unknown): Message {
  if (type === 'function_call_output') {
    return { role: 'tool', tool_call_id: textOf(item.call_id), content: textOf(item.output) };
  }
  const { role, content } = item;
  if (type !== 'message' || (role !== 'user' && role !== 'system' && role !== 'developer')) throw new Inexpressible();
  return { role, content: typeof content === 'string' ? content : contentOf(listOf(content).map(partOf)) };
}

function partOf(part: unknown): Part {
  const { type, text, image_url, detail } = objectOf(part);
  if (type === 'input_text') return { type: 'text', text: textOf(text) };
  if (type !== 'input_image') throw new Inexpressible();
  return {
    type: 'image_url',
    image_url: { url: textOf(image_url), ...(typeof detail === 'string' ? { detail } : {}) },
  };
}

/** Functions are flat here; tools that the provider runs are left out, since the answer does not use them. */
function toolOf(tool: unknown): Tool[] {
  if (!isObject(tool) || tool.type !== 'function') return [];
  const { type: _always, ...described } = tool;
  return [{ type: 'function', function: described }];
}
