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
 * An example of a call of Anthropic's messages. What the model thought is left out; documents and tools that the provider runs
 * cannot be told. @throws {Inexpressible}
 */
export function anthropicExample(request: Json, response: Json): FineTuningExample {
  const messages: Message[] = [];
  if (request.system !== undefined) messages.push({ role: 'system', content: plainText(request.system) });
  for (const each of listOf(request.messages)) {
    const { role, content } = objectOf(each);
    if (role === 'user') messages.push(...userMessages(content));
    else if (role === 'assistant') messages.push(assistantMessage(content));
    else throw new Inexpressible();
  }
  const tools = Array.isArray(request.tools) ? request.tools.flatMap(toolOf) : [];
  return example(messages, assistantMessage(response.content), toolsOf(tools));
}

/** Results of tools are messages of their own, and come before what the user says besides. */
function userMessages(content: unknown): Message[] {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const blocks = listOf(content).map(objectOf);
  const results = blocks
    .filter(({ type }) => type === 'tool_result')
    .map(
      (block): Message => ({
        role: 'tool',
        tool_call_id: textOf(block.tool_use_id),
        content: plainText(block.content ?? ''),
      }),
    );
  const parts = blocks.filter(({ type }) => type !== 'tool_result').map(partOf);
  return parts.length === 0 ? results : [...results, { role: 'user', content: contentOf(parts) }];
}

function assistantMessage(content: unknown): Message {
  if (typeof content === 'string') return assistant(content, []);
  const texts: string[] = [];
  const calls: ToolCall[] = [];
  for (const each of listOf(content)) {
    const block = objectOf(each);
    switch (block.type) {
      case 'text':
        texts.push(textOf(block.text));
        break;
      case 'tool_use':
        calls.push({
          id: textOf(block.id),
          type: 'function',
          function: { name: textOf(block.name), arguments: JSON.stringify(objectOf(block.input)) },
        });
        break;
      case 'thinking':
      case 'redacted_thinking':
        break;
      default:
        throw new Inexpressible();
    }
  }
  return assistant(joined(texts), calls);
}

/** Text alone, also in blocks. */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = listOf(content).map((block) => {
    if (objectOf(block).type !== 'text') throw new Inexpressible();
    return textOf(objectOf(block).text);
  });
  return texts.join('\n\n');
}

function partOf(block: Json): Part {
  if (block.type === 'text') return { type: 'text', text: textOf(block.text) };
  if (block.type !== 'image') throw new Inexpressible();
  const { type, url, media_type, data } = objectOf(block.source);
  if (type === 'url') return { type: 'image_url', image_url: { url: textOf(url) } };
  if (type !== 'base64') throw new Inexpressible();
  return { type: 'image_url', image_url: { url: `data:${textOf(media_type)};base64,${textOf(data)}` } };
}

/** Tools that the provider runs have a type and no schema; they are left out, since the answer does not use them. */
function toolOf(tool: unknown): Tool[] {
  if (!isObject(tool) || !isObject(tool.input_schema)) return [];
  const { name, description, input_schema: parameters } = tool;
  const described = typeof description === 'string' ? { description } : {};
  return [{ type: 'function', function: { name: textOf(name), ...described, parameters } }];
}
