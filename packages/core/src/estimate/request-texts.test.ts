import { describe, expect, test } from 'vitest';
import { requestTexts } from './request-texts.js';

/** Texts in the order of the alphabet, pictures and tokens besides. */
function read(body: unknown, messages = true): { texts: string[]; images: unknown[]; tokens: number } | null {
  const found = requestTexts(body, messages);
  return found === null ? null : { ...found, texts: [...found.texts].sort() };
}

const NONE = { images: [], tokens: 0 };
const UNTOLD = { size: null, detail: null };

describe('texts', () => {
  test('of chat messages: three tokens around each, three before the answer', () => {
    const body = {
      model: 'm',
      user: 'u',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'hi' }], name: 'ada' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'done' },
      ],
    };
    const texts = ['Be brief.', 'ada', 'assistant', 'done', 'f', 'hi', 'system', 'tool', 'user', '{}'];
    expect(read(body)).toEqual({ texts, images: [], tokens: 15 });
  });

  test('of tools, as JSON', () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    expect(read({ messages: [], tools })).toEqual({ ...NONE, texts: [JSON.stringify(tools)] });
  });

  test('of the Responses API', () => {
    expect(read({ input: 'hi', instructions: 'Be brief.' })).toEqual({
      images: [],
      texts: ['Be brief.', 'hi'],
      tokens: 11,
    });
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'reasoning', id: 'r', encrypted_content: 'xyz', summary: [] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c', output: 'done' },
    ];
    expect(read({ input })).toEqual({ images: [], texts: ['done', 'f', 'hi', 'user', '{"a":1}'], tokens: 15 });
  });

  test('of the Messages API', () => {
    const body = {
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'not counted', signature: 'abc' },
            { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'done' }] }],
        },
        {
          role: 'user',
          content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a page' } }],
        },
      ],
    };
    const texts = ['Be brief.', 'a page', 'assistant', 'done', 'f', 'hi', 'user', 'user', 'user', '{"a":1}'];
    expect(read(body)).toEqual({ images: [], texts, tokens: 19 });
  });

  test('of Gemini', () => {
    const body = {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'abc' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { b: 2 } } }] },
      ],
    };
    const texts = ['Be brief.', 'f', 'f', 'hi', 'model', 'user', 'user', '{"a":1}', '{"b":2}'];
    expect(read(body)).toEqual({ images: [], texts, tokens: 16 });
  });

  test('of Converse', () => {
    const body = {
      system: [{ text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ text: 'hi' }, { cachePoint: { type: 'default' } }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f', input: { a: 1 } } }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 't', content: [{ json: { b: 2 } }, { text: 'done' }] } }],
        },
      ],
    };
    const texts = ['Be brief.', 'assistant', 'done', 'f', 'hi', 'user', 'user', '{"a":1}', '{"b":2}'];
    expect(read(body)).toEqual({ images: [], texts, tokens: 16 });
  });

  test.each([
    ['a prompt', { prompt: 'hi', suffix: 'bye' }, { texts: ['bye', 'hi'], tokens: 0 }],
    ['prompts', { prompt: ['hi', 'bye'] }, { texts: ['bye', 'hi'], tokens: 0 }],
    ['a prompt of tokens', { prompt: [1, 2, 3] }, { texts: [], tokens: 3 }],
    ['texts to embed', { input: ['hi', 'bye'] }, { texts: ['bye', 'hi'], tokens: 0 }],
    ['a text to embed', { input: 'hi' }, { texts: ['hi'], tokens: 0 }],
    ['lists of tokens to embed', { input: [[1, 2], [3]] }, { texts: [], tokens: 3 }],
    [
      'more tokens than values are looked at',
      { input: Array.from({ length: 300 }, () => Array.from({ length: 8191 }, (_, id) => id)) },
      { texts: [], tokens: 300 * 8191 },
    ],
    ['tokens among texts', { input: ['hi', 1, [2, 3]] }, { texts: ['hi'], tokens: 3 }],
    ['Cohere’s texts', { texts: ['hi'], input_type: 'search_query' }, { texts: ['hi'], tokens: 0 }],
    ['Google’s', { requests: [{ content: { parts: [{ text: 'hi' }] } }] }, { texts: ['hi'], tokens: 0 }],
    ['Titan’s', { inputText: 'hi' }, { texts: ['hi'], tokens: 0 }],
  ])('of what is no conversation: %s', (_name, body, found) => {
    expect(read(body, false)).toEqual({ images: [], ...found });
  });

  test('Cohere’s documents and history', () => {
    const body = {
      message: 'hi',
      chat_history: [{ role: 'USER', message: 'before' }],
      documents: [{ data: { text: 'a' } }],
    };
    expect(read(body)).toEqual({ images: [], texts: ['USER', '[{"data":{"text":"a"}}]', 'before', 'hi'], tokens: 10 });
  });
});

describe('pictures', () => {
  const png = `${Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10', 'latin1').toString('base64')}AAAAAAAAAAAA`;
  const SIZED = { size: { width: 32, height: 16 }, detail: null };

  test.each([
    [
      'chat',
      { messages: [{ content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] }] },
      SIZED,
    ],
    [
      'chat, low',
      {
        messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://x.example/a.png', detail: 'low' } }] }],
      },
      { size: null, detail: 'low' },
    ],
    ['Mistral', { messages: [{ content: [{ type: 'image_url', image_url: `data:image/png;base64,${png}` }] }] }, SIZED],
    [
      'Responses',
      { input: [{ content: [{ type: 'input_image', image_url: `data:image/png;base64,${png}` }] }] },
      SIZED,
    ],
    ['Responses, a file', { input: [{ content: [{ type: 'input_image', file_id: 'file-1' }] }] }, UNTOLD],
    ['Anthropic', { messages: [{ content: [{ type: 'image', source: { type: 'base64', data: png } }] }] }, SIZED],
    [
      'Anthropic, a link',
      { messages: [{ content: [{ type: 'image', source: { type: 'url', url: 'https://x' } }] }] },
      UNTOLD,
    ],
    ['Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: png } }] }] }, SIZED],
    ['Gemini, a file', { contents: [{ parts: [{ file_data: { mime_type: 'image/png', file_uri: 'x' } }] }] }, UNTOLD],
    ['Converse', { messages: [{ content: [{ image: { format: 'png', source: { bytes: png } } }] }] }, SIZED],
    ['Ollama', { messages: [{ images: [png] }] }, SIZED],
  ])('%s', (_name, body, image) => {
    expect(read(body)).toEqual({ images: [image], texts: [], tokens: 6 });
  });
});

test.each([
  ['sound', { messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }] }] }],
  ['a file', { messages: [{ content: [{ type: 'file', file: { file_id: 'f' } }] }] }],
  ['a file of the Responses API', { input: [{ content: [{ type: 'input_file', file_url: 'x' }] }] }],
  ['a PDF', { messages: [{ content: [{ type: 'document', source: { type: 'base64', data: 'x' } }] }] }],
  ['a film', { contents: [{ parts: [{ fileData: { mimeType: 'video/mp4', fileUri: 'x' } }] }] }],
  ['a film without a type', { contents: [{ parts: [{ fileData: { fileUri: 'x' } }] }] }],
  ['Gemini’s sound', { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'x' } }] }] }],
  ['Converse’s document', { messages: [{ content: [{ document: { format: 'pdf', source: { bytes: 'x' } } }] }] }],
  ['a conversation that is kept', { input: 'hi', previous_response_id: 'r' }],
  ['a stored prompt', { prompt: { id: 'p' } }],
  ['a cache', { contents: [{ parts: [{ text: 'hi' }] }], cachedContent: 'c' }],
  ['more values than are looked at', { input: Array.from({ length: 100_001 }, () => 'a') }],
  ['no object', ['hi']],
  ['nothing', undefined],
])('%s: not known', (_name, body) => {
  expect(requestTexts(body, true)).toBeNull();
});

test('a body that nests deeper than the stack', () => {
  const deep: unknown = JSON.parse(`${'{"content":['.repeat(40_000)}"hi"${']}'.repeat(40_000)}`);
  expect(requestTexts({ messages: [{ content: deep }] }, false)).toEqual({ images: [], texts: ['hi'], tokens: 0 });
});

test('names that objects inherit are no members', () => {
  const body: unknown = JSON.parse('{"messages":[{"__proto__":{"content":"a"},"constructor":"b","content":"c"}]}');
  expect(read(body)?.texts).toEqual(['a', 'c']);
});
