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

/** An example of a chat completion: the first choice is the answer. @throws {Inexpressible} */
export function openAiChatExample(request: Json, response: Json): FineTuningExample {
  const [choice] = listOf(response.choices);
  const messages = listOf(request.messages).map((message) => messageOf(objectOf(message)));
  const answer = messageOf(objectOf(objectOf(choice).message));
  if (answer.role !== 'assistant') throw new Inexpressible();
  const parallel = request.parallel_tool_calls;
  return example(messages, answer, {
    ...toolsOf(Array.isArray(request.tools) ? request.tools.flatMap(toolOf) : []),
    ...(typeof parallel === 'boolean' ? { parallel_tool_calls: parallel } : {}),
  });
}

function messageOf(message: Json): Message {
  const { role, content } = message;
  const name = typeof message.name === 'string' ? { name: message.name } : {};
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return { role, content: typeof content === 'string' ? content : contentOf(listOf(content).map(partOf)), ...name };
    case 'tool':
      return { role, tool_call_id: textOf(message.tool_call_id), content: plainText(content) };
    case 'assistant': {
      const refusal = typeof message.refusal === 'string' ? { refusal: message.refusal } : {};
      const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(toolCallOf) : [];
      return assistant(plainText(content ?? ''), calls, { ...refusal, ...name });
    }
    default:
      throw new Inexpressible();
  }
}

/** Text alone, also in parts. */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = listOf(content).map((part) => {
    if (objectOf(part).type !== 'text') throw new Inexpressible();
    return textOf(objectOf(part).text);
  });
  return joined(texts);
}

function partOf(part: unknown): Part {
  const { type, text, image_url } = objectOf(part);
  if (type === 'text') return { type, text: textOf(text) };
  if (type === 'image_url') return { type, image_url: objectOf(image_url) };
  throw new Inexpressible();
}

function toolCallOf(call: unknown): ToolCall {
  const { id, type, function: called } = objectOf(call);
  if (type !== 'function') throw new Inexpressible();
  const { name, arguments: given } = objectOf(called);
  return { id: textOf(id), type, function: { name: textOf(name), arguments: textOf(given) } };
}

function toolOf(tool: unknown): Tool[] {
  if (!isObject(tool) || tool.type !== 'function') return [];
  return [{ type: 'function', function: objectOf(tool.function) }];
}
