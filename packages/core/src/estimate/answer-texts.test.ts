import { expect, test } from 'vitest';
import type { WireFormat } from '../providers/wire.js';
import { answerTexts } from './answer-texts.js';

const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };

test.each<[string, WireFormat, object, string[]]>([
  [
    'chat',
    'openai-chat',
    {
      id: 'x',
      model: 'm',
      choices: [
        {
          message: { role: 'assistant', content: 'Hi.', refusal: null, tool_calls: [call] },
          logprobs: { content: [{ token: 'Hi' }] },
        },
        { message: { content: null, refusal: 'No.', annotations: [{ url_citation: { title: 'a', content: 'b' } }] } },
      ],
    },
    ['Hi.', 'No.', 'f', '{"a":1}'],
  ],
  ['a completion', 'openai-chat', { choices: [{ text: 'Hi.' }] }, ['Hi.']],
  [
    'reasoning under two names',
    'openai-chat',
    {
      choices: [
        {
          message: { content: 'Hi.', reasoning: 'Hm.', reasoning_content: 'Hm.', reasoning_details: [{ text: 'Hm.' }] },
        },
      ],
    },
    ['Hi.', 'Hm.'],
  ],
  [
    'Mistral’s parts',
    'openai-chat',
    {
      choices: [
        {
          message: {
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
              { type: 'text', text: 'Hi.' },
            ],
          },
        },
      ],
    },
    ['Hi.', 'Hm.'],
  ],
  [
    'Responses',
    'openai-responses',
    {
      instructions: 'not this',
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'x' },
        { type: 'web_search_call', action: { query: 'not this' } },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi.', annotations: [{ title: 'not this' }] }],
        },
        { type: 'function_call', name: 'f', arguments: '{"a":1}' },
      ],
    },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  [
    'Messages',
    'anthropic-messages',
    {
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'x' },
        { type: 'redacted_thinking', data: 'x' },
        { type: 'text', text: 'Hi.', citations: [{ cited_text: 'x', title: 'not this' }] },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
        { type: 'web_search_tool_result', content: [{ title: 'not this' }] },
      ],
    },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  [
    'Gemini',
    'google-generate-content',
    {
      candidates: [
        {
          content: {
            role: 'model',
            parts: [{ text: 'Hm.', thought: true }, { text: 'Hi.' }, { functionCall: { name: 'f', args: { a: 1 } } }],
          },
          groundingMetadata: { searchEntryPoint: { text: 'not this' } },
        },
      ],
    },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  [
    'Converse',
    'bedrock-converse',
    {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'x' } } },
            { text: 'Hi.' },
            { toolUse: { toolUseId: 't', name: 'f', input: { a: 1 } } },
          ],
        },
      },
    },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  ['Titan', 'bedrock-invoke', { results: [{ outputText: 'Hi.' }] }, ['Hi.']],
  ['Llama', 'bedrock-invoke', { generation: 'Hi.' }, ['Hi.']],
  ['Claude behind Bedrock', 'bedrock-invoke', { content: [{ type: 'text', text: 'Hi.' }] }, ['Hi.']],
  [
    'Cohere v2',
    'cohere-chat',
    { message: { content: [{ type: 'text', text: 'Hi.' }], tool_plan: 'Hm.', tool_calls: [call] } },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  ['Cohere v1', 'cohere-chat', { text: 'Hi.', chat_history: [{ message: 'not this' }] }, ['Hi.']],
  [
    'Ollama',
    'ollama',
    { message: { content: 'Hi.', thinking: 'Hm.', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } },
    ['Hi.', 'Hm.', 'f', '{"a":1}'],
  ],
  ['Ollama’s generate', 'ollama', { response: 'Hi.', context: [1, 2] }, ['Hi.']],
  ['an answer of nothing', 'openai-chat', { choices: [] }, []],
  ['members that are something else', 'openai-chat', { choices: { message: 5 } }, []],
])('%s', (_name, wire, body, texts) => {
  expect(
    answerTexts(wire, body)
      ?.filter((text) => text !== '')
      .sort(),
  ).toEqual(texts);
});

test.each<[string, WireFormat, unknown]>([
  ['sound', 'openai-chat', { choices: [{ message: { audio: { transcript: 'Hi.' } } }] }],
  ['a picture', 'google-generate-content', { candidates: [{ content: { parts: [{ inlineData: { data: 'x' } }] } }] }],
  ['a picture made by a tool', 'openai-responses', { output: [{ type: 'image_generation_call', result: 'x' }] }],
  ['another format', 'rerank', { results: [{ text: 'x' }] }],
  ['no object', 'openai-chat', 'x'],
  ['nothing', 'openai-chat', undefined],
])('%s: not known', (_name, wire, body) => {
  expect(answerTexts(wire, body)).toBeNull();
});

test('without Google’s summaries of thoughts', () => {
  const parts = [{ text: 'Hm.', thought: true }, { text: 'Hi.' }];
  expect(answerTexts('google-generate-content', { candidates: [{ content: { parts } }] }, false)).toEqual(['Hi.']);
});
