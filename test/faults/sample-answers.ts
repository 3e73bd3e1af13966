import type { WireFormat } from '@helicone-proxy/core';
import { awsEvent } from '../rig/aws-frame.js';

/** One answer of a wire format, to be damaged. */
export interface SampleAnswer {
  wire: WireFormat;
  provider: string;
  /** Path below the provider. */
  path: string;
  type: string;
  bytes: Buffer;
}

function sse(...events: readonly (readonly [name: string, data: unknown])[]): Buffer {
  return Buffer.from(
    events.map(([name, data]) => `${name === '' ? '' : `event: ${name}\n`}data: ${text(data)}\n\n`).join(''),
  );
}

function text(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function lines(...documents: readonly unknown[]): Buffer {
  return Buffer.from(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
}

function frames(...events: readonly (readonly [name: string, data: unknown])[]): Buffer {
  return Buffer.concat(events.map(([name, data]) => awsEvent(name, data)));
}

function json(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

const SSE = 'text/event-stream';
const JSON_TYPE = 'application/json';
const FRAMES = 'application/vnd.amazon.eventstream';

const CHAT = {
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë 🦊' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};

const CONVERSE = {
  output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
};

/** Answers of every wire format, whole and streamed, as providers send them. */
export const SAMPLES: readonly SampleAnswer[] = [
  sample('openai-chat', 'openai/v1/chat/completions', JSON_TYPE, json(CHAT)),
  sample(
    'openai-chat',
    'openai/v1/chat/completions',
    SSE,
    sse(
      ['', { model: 'gpt-4o', choices: [{ index: 0, delta: { role: 'assistant', content: 'Zoë 🦊' } }] }],
      [
        '',
        {
          choices: [
            { index: 0, delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{' } }] } },
          ],
        },
      ],
      ['', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: CHAT.usage }],
      ['', '[DONE]'],
    ),
  ),
  sample(
    'openai-responses',
    'openai/v1/responses',
    SSE,
    sse(
      ['response.created', { type: 'response.created', response: { id: 'r', model: 'gpt-4o', output: [] } }],
      [
        'response.output_item.added',
        { type: 'response.output_item.added', output_index: 0, item: { id: 'm', type: 'message', content: [] } },
      ],
      [
        'response.output_text.delta',
        { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Zoë 🦊' },
      ],
      [
        'response.completed',
        {
          type: 'response.completed',
          response: { id: 'r', model: 'gpt-4o', output: [], usage: { input_tokens: 7, output_tokens: 3 } },
        },
      ],
    ),
  ),
  sample(
    'openai-embeddings',
    'openai/v1/embeddings',
    JSON_TYPE,
    json({ object: 'list', data: [], model: 'e', usage: { prompt_tokens: 7 } }),
  ),
  sample(
    'openai-images',
    'openai/v1/images/generations',
    SSE,
    sse([
      'image_generation.completed',
      { type: 'image_generation.completed', b64_json: 'aGk=', usage: { input_tokens: 7, output_tokens: 3 } },
    ]),
  ),
  sample(
    'openai-transcription',
    'openai/v1/audio/transcriptions',
    SSE,
    sse(
      ['', { type: 'transcript.text.delta', delta: 'Zoë 🦊' }],
      [
        '',
        { type: 'transcript.text.done', text: 'Zoë 🦊', usage: { type: 'tokens', input_tokens: 7, output_tokens: 3 } },
      ],
    ),
  ),
  sample(
    'openai-speech',
    'openai/v1/audio/speech',
    SSE,
    sse(
      ['', { type: 'speech.audio.delta', audio: 'aGk=' }],
      ['', { type: 'speech.audio.done', usage: { input_tokens: 7, output_tokens: 3 } }],
    ),
  ),
  sample(
    'anthropic-messages',
    'anthropic/v1/messages',
    SSE,
    sse(
      [
        'message_start',
        {
          type: 'message_start',
          message: { model: 'claude-sonnet-4-5', content: [], usage: { input_tokens: 7, output_tokens: 1 } },
        },
      ],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Zoë 🦊' } }],
      ['message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }],
      ['message_stop', { type: 'message_stop' }],
    ),
  ),
  ...[SSE, JSON_TYPE].map((type) => {
    const chunk = {
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Zoë 🦊' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
      modelVersion: 'gemini-2.5-flash',
    };
    const path = 'google/v1beta/models/gemini-2.5-flash:streamGenerateContent';
    return sample(
      'google-generate-content',
      path,
      type,
      type === SSE ? sse(['', chunk], ['', chunk]) : json([chunk, chunk]),
    );
  }),
  sample(
    'google-predict',
    'vertex/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict',
    JSON_TYPE,
    json({ predictions: [{ embeddings: { values: [0.1], statistics: { token_count: 7 } } }] }),
  ),
  sample(
    'bedrock-converse',
    'bedrock/model/anthropic.claude-3-haiku-20240307-v1:0/converse',
    JSON_TYPE,
    json(CONVERSE),
  ),
  sample(
    'bedrock-converse',
    'bedrock/model/anthropic.claude-3-haiku-20240307-v1:0/converse-stream',
    FRAMES,
    frames(
      ['messageStart', { role: 'assistant', p: 'abc' }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Zoë 🦊' } }],
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ['messageStop', { stopReason: 'end_turn' }],
      ['metadata', { usage: CONVERSE.usage, metrics: { latencyMs: 5 } }],
    ),
  ),
  sample(
    'bedrock-invoke',
    'bedrock/model/meta.llama3-8b-instruct-v1:0/invoke-with-response-stream',
    FRAMES,
    frames(
      [
        'chunk',
        {
          bytes: json({
            generation: 'Zoë 🦊',
            prompt_token_count: 7,
            generation_token_count: 1,
            stop_reason: null,
          }).toString('base64'),
        },
      ],
      [
        'chunk',
        {
          bytes: json({
            generation: '',
            generation_token_count: 3,
            stop_reason: 'stop',
            'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 3 },
          }).toString('base64'),
        },
      ],
    ),
  ),
  sample(
    'cohere-chat',
    'cohere/v2/chat',
    SSE,
    sse(
      ['message-start', { type: 'message-start', id: 'c', delta: { message: { role: 'assistant', content: [] } } }],
      ['content-delta', { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Zoë 🦊' } } } }],
      [
        'message-end',
        {
          type: 'message-end',
          delta: { finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 7, output_tokens: 3 } } },
        },
      ],
    ),
  ),
  sample(
    'cohere-chat',
    'cohere/v1/chat',
    'application/stream+json',
    lines(
      { event_type: 'text-generation', text: 'Zoë 🦊' },
      {
        event_type: 'stream-end',
        response: { text: 'Zoë 🦊', meta: { billed_units: { input_tokens: 7, output_tokens: 3 } } },
      },
    ),
  ),
  sample(
    'cohere-embed',
    'cohere/v2/embed',
    JSON_TYPE,
    json({ embeddings: {}, meta: { billed_units: { input_tokens: 7 } } }),
  ),
  sample(
    'mistral-ocr',
    'mistral/v1/ocr',
    JSON_TYPE,
    json({ model: 'mistral-ocr-latest', pages: [], usage_info: { pages_processed: 2 } }),
  ),
  sample(
    'ollama',
    'ollama/api/chat',
    'application/x-ndjson',
    lines(
      { model: 'l', message: { role: 'assistant', content: 'Zoë 🦊' }, done: false },
      { model: 'l', done: true, done_reason: 'stop', prompt_eval_count: 7, eval_count: 3 },
    ),
  ),
  sample('rerank', 'cohere/v2/rerank', JSON_TYPE, json({ results: [], meta: { billed_units: { search_units: 1 } } })),
];

function sample(wire: WireFormat, path: string, type: string, bytes: Buffer): SampleAnswer {
  const provider = path.slice(0, path.indexOf('/'));
  return { wire, provider, path, type, bytes };
}
