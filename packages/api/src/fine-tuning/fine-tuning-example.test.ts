import { describe, expect, test } from 'vitest';
import { fineTuningExample } from './fine-tuning-example.js';

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } };
const CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } };
const TOOL = { type: 'function', function: { name: 'weather', description: 'Weather.', parameters: SCHEMA } };

describe('chat completions', () => {
  const choice = (message: object) => ({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
  const answer = choice({ role: 'assistant', content: 'Hi.', refusal: null, annotations: [] });

  test('messages of the request, then the answer, without what only answers have', () => {
    const messages = [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'hello', name: 'ann' },
    ];
    expect(fineTuningExample({ model: 'gpt-4o', messages, temperature: 0 }, answer)).toEqual({
      messages: [...messages, { role: 'assistant', content: 'Hi.' }],
    });
  });

  test('tools, calls of them and their results', () => {
    const messages = [
      { role: 'user', content: 'Oslo?' },
      { role: 'assistant', content: null, tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'rain' }] },
    ];
    const call = choice({ role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'call_2' }] });
    const tools = [TOOL, { type: 'web_search' }];
    expect(fineTuningExample({ messages, tools, parallel_tool_calls: false }, call)).toEqual({
      messages: [
        messages[0],
        messages[1],
        { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
        { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'call_2' }] },
      ],
      tools: [TOOL],
      parallel_tool_calls: false,
    });
  });

  test('images stay, one text alone becomes text', () => {
    const image = { type: 'image_url', image_url: { url: 'https://a.example/cat.png', detail: 'low' } };
    const content = [{ type: 'text', text: 'what?' }, image];
    const of = (parts: unknown[]) => fineTuningExample({ messages: [{ role: 'user', content: parts }] }, answer);
    expect(of(content)?.messages[0]).toEqual({ role: 'user', content });
    expect(of([content[0]])?.messages[0]).toEqual({ role: 'user', content: 'what?' });
  });

  test('a refusal is an answer', () => {
    const refused = choice({ role: 'assistant', content: null, refusal: 'No.' });
    expect(fineTuningExample({ messages: [] }, refused)?.messages).toEqual([
      { role: 'assistant', content: null, refusal: 'No.' },
    ]);
  });

  test.each<[string, unknown[], object]>([
    ['sound', [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }], answer],
    ['a file', [{ role: 'user', content: [{ type: 'file', file: {} }] }], answer],
    ['an unknown role', [{ role: 'critic', content: 'x' }], answer],
    ['a message that is none', ['hello'], answer],
    ['a tool of another kind', [], choice({ role: 'assistant', content: null, tool_calls: [{ type: 'custom' }] })],
    ['an empty answer', [], choice({ role: 'assistant', content: '' })],
    ['no choice', [], { choices: [] }],
    ['an answer of the user', [], choice({ role: 'user', content: 'x' })],
    ['an error', [], { error: { message: 'no' } }],
  ])('not %s', (_what, messages, response) => {
    expect(fineTuningExample({ messages }, response)).toBe(null);
  });
});

describe('Responses', () => {
  const said = (text: string) => ({
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  });

  test('instructions, a text and an answer', () => {
    const response = { object: 'response', output: [{ type: 'reasoning', summary: [] }, said('Hi.')] };
    expect(fineTuningExample({ instructions: 'Be short.', input: 'hello' }, response)).toEqual({
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Hi.' },
      ],
    });
  });

  test('items: one turn of the assistant is one message', () => {
    const call = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' };
    const input = [
      { role: 'developer', content: 'Be kind.' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Oslo?' }] },
      said('Let me see. '),
      { type: 'reasoning', summary: [] },
      call,
      { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' }] },
    ];
    const tools = [
      { type: 'function', name: 'weather', description: 'Weather.', parameters: SCHEMA },
      { type: 'web_search' },
    ];
    expect(fineTuningExample({ input, tools }, { output: [{ ...call, call_id: 'call_2' }] })).toEqual({
      messages: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: 'Oslo?' },
        { role: 'assistant', content: 'Let me see. ', tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }],
        },
        { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'call_2' }] },
      ],
      tools: [TOOL],
    });
  });

  test.each<[string, object, object[]]>([
    ['a conversation that the provider keeps', { input: 'x', previous_response_id: 'resp_1' }, [said('Hi.')]],
    ['a prompt that the provider keeps', { input: 'x', prompt: { id: 'pmpt_1' } }, [said('Hi.')]],
    ['a search by the provider', { input: 'x' }, [{ type: 'web_search_call' }, said('Hi.')]],
    ['a file', { input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, [said('Hi.')]],
    ['thoughts alone', { input: 'x' }, [{ type: 'reasoning', summary: [] }]],
    ['no input', {}, [said('Hi.')]],
  ])('not %s', (_what, request, output) => {
    expect(fineTuningExample(request, { output })).toBe(null);
  });
});

describe('messages of Anthropic', () => {
  const answer = { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] };

  test('system, texts and an answer without its thoughts', () => {
    const system = [
      { type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ];
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'hi' },
      { role: 'user', content: [{ type: 'text', text: 'again' }] },
    ];
    const thought = { ...answer, content: [{ type: 'thinking', thinking: 'hm' }, ...answer.content] };
    expect(fineTuningExample({ system, messages, max_tokens: 9 }, thought)).toEqual({
      messages: [
        { role: 'system', content: 'Be short.\n\nBe kind.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'hi' },
        { role: 'user', content: 'again' },
        { role: 'assistant', content: 'Hi.' },
      ],
    });
  });

  test('tools, images and results', () => {
    const use = { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Oslo' } };
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'where?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
          { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'Let me see.' }, use] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'go on' },
          { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'rain' }] },
        ],
      },
    ];
    const tools = [
      { name: 'weather', description: 'Weather.', input_schema: SCHEMA },
      { type: 'web_search_20250305', name: 'web_search' },
    ];
    const call = { ...answer, content: [{ ...use, id: 'call_2' }] };
    expect(fineTuningExample({ messages, tools }, call)).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'where?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
            { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
          ],
        },
        { role: 'assistant', content: 'Let me see.', tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
        { role: 'user', content: 'go on' },
        { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'call_2' }] },
      ],
      tools: [TOOL],
    });
  });

  test.each<[string, unknown, object]>([
    ['a document', [{ role: 'user', content: [{ type: 'document', source: {} }] }], answer],
    ['a search by the provider', [], { ...answer, content: [{ type: 'server_tool_use' }] }],
    ['an answer without content', [], { ...answer, content: [] }],
    ['no messages', undefined, answer],
    [
      'a picture as a result',
      [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image' }] }] }],
      answer,
    ],
  ])('not %s', (_what, messages, response) => {
    expect(fineTuningExample({ messages }, response)).toBe(null);
  });
});

test.each([
  [null, null],
  ['text', 'text'],
  [{}, {}],
  [{ messages: [] }, 'cut off {"choices"'],
  [{}, { candidates: [] }],
])('not %j with %j', (request, response) => {
  expect(fineTuningExample(request, response)).toBe(null);
});
