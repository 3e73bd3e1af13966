import { expect, test } from 'vitest';
import { JsonBody } from './json-body.js';
import { type PromptFormat, promptFormat, promptText } from './prompt-text.js';

function textOf(format: PromptFormat, body: object | string): string | null {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const found = promptText(JsonBody.read(bytes) as JsonBody, format);
  return found === null || found === 'unreadable' ? found : found.text;
}

const user = (content: unknown): object => ({ role: 'user', content });
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', text: 'no' } };

test.each<[string, PromptFormat, object | string, string | null]>([
  ['the last user message', 'openai-chat', { messages: [user('one'), user('two é 👋')] }, 'two é 👋'],
  [
    'behind it an assistant prefill',
    'anthropic-messages',
    { messages: [user('one'), { role: 'assistant', content: 'Sure' }] },
    'one',
  ],
  [
    'all text parts, no image',
    'openai-chat',
    { messages: [user([{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }])] },
    'a\nb',
  ],
  ['behind it a tool’s result', 'openai-chat', { messages: [user('one'), { role: 'tool', content: 'secret' }] }, 'one'],
  [
    'behind it Anthropic’s tool result',
    'anthropic-messages',
    { messages: [user('one'), user([{ type: 'tool_result', tool_use_id: 't', content: 'result' }])] },
    'one',
  ],
  [
    'nothing but a tool result',
    'anthropic-messages',
    { messages: [user([{ type: 'tool_result', tool_use_id: 't', content: 'result' }])] },
    null,
  ],
  ['no user at all', 'openai-chat', { messages: [{ role: 'system', content: 'be kind' }] }, null],
  ['only an image', 'openai-chat', { messages: [user([image])] }, null],
  ['blank text', 'openai-chat', { messages: [user(' \n')] }, null],
  ['a completion’s prompt', 'openai-chat', { prompt: 'once' }, 'once'],
  ['several prompts', 'openai-chat', { prompt: ['once', 'twice'] }, 'once\ntwice'],
  ['a Responses input that is a text', 'openai-responses', { input: 'hello', instructions: 'no' }, 'hello'],
  [
    'Responses items',
    'openai-responses',
    {
      input: [
        user('one'),
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'two' }] },
        { type: 'function_call_output', call_id: 'c', output: 'no' },
      ],
    },
    'two',
  ],
  [
    'Gemini, with and without a role',
    'gemini',
    {
      contents: [
        { role: 'user', parts: [{ text: 'one' }] },
        { role: 'model', parts: [{ text: 'no' }] },
        { parts: [{ text: 'two' }, { inlineData: {} }, { text: 'three' }] },
      ],
    },
    'two\nthree',
  ],
  ['Gemini, one content', 'gemini', { contents: { parts: [{ text: 'one' }] } }, 'one'],
  ['a role spelled with escapes', 'openai-chat', '{"messages":[{"r\\u006fle":"\\u0075ser","content":"x"}]}', 'x'],
  ['messages named twice', 'openai-chat', '{"messages":[{"role":"user","content":"a"}],"messages":[]}', 'unreadable'],
  ['content named twice', 'openai-chat', '{"messages":[{"role":"user","content":"a","content":"b"}]}', 'unreadable'],
  ['role named twice', 'openai-chat', '{"messages":[{"role":"assistant","role":"user","content":"b"}]}', 'unreadable'],
  ['messages that are cut off', 'openai-chat', '{"messages":[{"role":"user","content":"a"} {}]}', 'unreadable'],
  ['a message that is cut off', 'openai-chat', '{"messages":[{"role":"user","content"}]}', 'unreadable'],
  ['parts that are cut off', 'openai-chat', '{"messages":[{"role":"user","content":["a" "b"]}]}', 'unreadable'],
  ['a part that is cut off', 'openai-chat', '{"messages":[{"role":"user","content":[{"text"}]}]}', 'unreadable'],
  ['a text that is no JSON', 'openai-chat', '{"messages":[{"role":"user","content":"a\nb"}]}', 'unreadable'],
  ['more messages than anybody sends', 'openai-chat', `{"messages":[${'1,'.repeat(20_000)}1]}`, 'unreadable'],
  ['messages that are none', 'openai-chat', { messages: [1, null, 'x', [], {}] }, null],
  ['messages that are no list', 'openai-chat', { messages: 7 }, null],
  ['no messages', 'openai-chat', { input: 'x' }, null],
])('%s', (_what, format, body, expected) => {
  expect(textOf(format, body)).toBe(expected);
});

test('the format is told by wire and path', () => {
  expect(promptFormat('openai-chat', '/v1/chat/completions')).toBe('openai-chat');
  expect(promptFormat(null, '/v1beta/models/gemini-2.5-pro:generateContent')).toBe('gemini');
  expect(promptFormat(null, '/v1beta/models/gemini-2.5-pro:streamGenerateContent')).toBe('gemini');
  expect(promptFormat(null, '/v1beta/models/gemini-2.5-pro:countTokens')).toBeNull();
  expect(promptFormat('openai-embeddings', '/v1/embeddings')).toBeNull();
  expect(promptFormat(null, '/v1/moderations')).toBeNull();
});
