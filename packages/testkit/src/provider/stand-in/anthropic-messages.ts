import type { Answer, JsonObject, Question, StandInApi } from './question.js';
import { asList, asNumber, asObject, sse, textOf } from './question.js';

const FINISH = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use' } as const;

/** `POST /v1/messages`. */
export const anthropicMessages: StandInApi = { ask, whole, events };

function ask(body: JsonObject): Question {
  const messages = asList(body.messages);
  const [tool] = asList(body.tools);
  const answered = asList(messages.at(-1)?.content).some(({ type }) => type === 'tool_result');
  return {
    model: String(body.model),
    input: [textOf(body.system), ...messages.map(({ content }) => textOf(content))].join(' '),
    said: textOf(messages.findLast(({ role }) => role === 'user')?.content),
    cacheable: marked(asList(body.system)),
    tool: tool === undefined || answered ? null : { name: String(tool.name), schema: asObject(tool.input_schema) },
    maxTokens: asNumber(body.max_tokens),
    stream: body.stream === true,
    includeUsage: true,
  };
}

/** The system blocks up to the one that is marked with `cache_control`. */
function marked(blocks: JsonObject[]): Question['cacheable'] {
  const last = blocks.findLastIndex(({ cache_control }) => cache_control !== undefined && cache_control !== null);
  if (last < 0) return null;
  const lifetime = asObject(blocks[last]?.cache_control).ttl === '1h' ? '1h' : '5m';
  return { text: textOf(blocks.slice(0, last + 1)), lifetime };
}

function whole(answer: Answer): JsonObject {
  const text = answer.pieces.join('');
  return {
    ...envelope(answer),
    content: [answer.tool === null ? { type: 'text', text } : toolUse(answer, JSON.parse(text))],
    stop_reason: FINISH[answer.finish],
    usage: usage(answer, answer.usage.output),
  };
}

function events(answer: Answer): string[] {
  const event = (type: string, data: JsonObject = {}): string => sse({ type, ...data }, type);
  const { tool } = answer;
  return [
    event('message_start', { message: { ...envelope(answer), usage: usage(answer, 1) } }),
    event('content_block_start', {
      index: 0,
      content_block: tool === null ? { type: 'text', text: '' } : toolUse(answer, {}),
    }),
    event('ping'),
    ...answer.pieces.map((piece) =>
      event('content_block_delta', {
        index: 0,
        delta: tool === null ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece },
      }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: FINISH[answer.finish], stop_sequence: null },
      usage: { output_tokens: answer.usage.output },
    }),
    event('message_stop'),
  ];
}

function envelope({ number, model }: Answer): JsonObject {
  return {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function toolUse({ number, tool }: Answer, input: unknown): JsonObject {
  return { type: 'tool_use', id: `toolu_${number}`, name: tool, input };
}

/** `input_tokens` leaves out what was read from and written to the cache. */
function usage({ usage: { input, cacheRead, cacheWrite5m, cacheWrite1h } }: Answer, output: number): JsonObject {
  return {
    input_tokens: input - cacheRead - cacheWrite5m - cacheWrite1h,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite5m, ephemeral_1h_input_tokens: cacheWrite1h },
    output_tokens: output,
    service_tier: 'standard',
  };
}
