import type { Answer, JsonObject, Question, StandInApi } from './question.js';
import { asList, asNumber, asObject, sse, textOf } from './question.js';

const CREATED = 1_760_000_000;
const FINISH = { stop: 'stop', length: 'length', tool: 'tool_calls' } as const;

/** `POST /v1/chat/completions`. */
export const openaiChat: StandInApi = { ask, whole, events };

function ask(body: JsonObject): Question {
  const messages = asList(body.messages);
  const tool = asObject(asList(body.tools)[0]?.function);
  const last = messages.at(-1);
  return {
    model: String(body.model),
    input: messages.map(({ content }) => textOf(content)).join(' '),
    said: textOf(messages.findLast(({ role }) => role === 'user')?.content),
    cacheable: { text: textOf(messages[0]?.content), lifetime: 'automatic' },
    tool:
      tool.name === undefined || last?.role === 'tool'
        ? null
        : { name: String(tool.name), schema: asObject(tool.parameters) },
    maxTokens: asNumber(body.max_completion_tokens) ?? asNumber(body.max_tokens),
    stream: body.stream === true,
    includeUsage: asObject(body.stream_options).include_usage === true,
  };
}

function whole(answer: Answer): JsonObject {
  const text = answer.pieces.join('');
  const message =
    answer.tool === null ? { content: text } : { content: null, tool_calls: [toolCall(answer, answer.tool, text)] };
  return {
    ...envelope(answer, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, annotations: [], ...message },
        logprobs: null,
        finish_reason: FINISH[answer.finish],
      },
    ],
    usage: usage(answer),
  };
}

function events(answer: Answer, { includeUsage }: Question): string[] {
  const base = envelope(answer, 'chat.completion.chunk');
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    sse({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage ? { usage: null } : {}),
    });
  const { tool } = answer;
  const opening =
    tool === null
      ? { role: 'assistant', content: '', refusal: null }
      : { role: 'assistant', content: null, tool_calls: [{ index: 0, ...toolCall(answer, tool, '') }] };
  return [
    chunk(opening),
    ...answer.pieces.map((piece) =>
      chunk(tool === null ? { content: piece } : { tool_calls: [{ index: 0, function: { arguments: piece } }] }),
    ),
    chunk({}, FINISH[answer.finish]),
    ...(includeUsage ? [sse({ ...base, choices: [], usage: usage(answer) })] : []),
    'data: [DONE]\n\n',
  ];
}

function envelope({ number, model }: Answer, object: string): JsonObject {
  return { id: `chatcmpl-${number}`, object, created: CREATED, model, service_tier: 'default' };
}

function toolCall({ number }: Answer, name: string, text: string): JsonObject {
  return { id: `call_${number}`, type: 'function', function: { name, arguments: text } };
}

function usage({ usage: { input, output, cacheRead, reasoning } }: Answer): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
