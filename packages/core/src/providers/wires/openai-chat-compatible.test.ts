import { expect, test } from 'vitest';
import { openaiChat } from './openai-chat.js';

function stream(chunks: (object | string)[], event = '') {
  const rebuilder = openaiChat.rebuild();
  for (const data of chunks) rebuilder.push({ event, data: typeof data === 'string' ? data : JSON.stringify(data) });
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete() };
}

const text = (content: string, more: object = {}) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta: { content }, ...more }],
});

test('Azure: a first chunk with filter results only, and empty names', () => {
  const { body, facts } = stream([
    { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
    {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 5,
      model: 'gpt-4o',
      choices: [{ index: 0, delta: { content: 'a' } }],
    },
  ]);
  expect(body).toMatchObject({
    id: 'chatcmpl-1',
    created: 5,
    model: 'gpt-4o',
    prompt_filter_results: [{ prompt_index: 0 }],
  });
  expect(facts.model).toBe('gpt-4o');
});

test('Groq: usage and errors inside x_groq', () => {
  const usage = { queue_time: 0.03, prompt_tokens: 18, completion_tokens: 5, total_tokens: 23 };
  const { body, facts } = stream([
    { ...text('a'), x_groq: { id: 'req_1' } },
    { ...text(''), x_groq: { id: 'req_1', usage } },
  ]);
  expect(body).toMatchObject({ usage, x_groq: { id: 'req_1' } });
  expect((body as { x_groq: object }).x_groq).not.toHaveProperty('usage');
  expect(facts.usage).toMatchObject({ inputTokens: 18, outputTokens: 5 });
  expect(openaiChat.facts({ x_groq: { usage } }).usage).toMatchObject({ inputTokens: 18 });
  expect(stream([{ ...text('a'), x_groq: { id: 'r', error: 'over capacity' } }]).facts.error).toBe('over capacity');
});

test('Moonshot: usage inside the choice', () => {
  const { body, facts } = stream([
    text('a', { finish_reason: 'stop', usage: { prompt_tokens: 1, completion_tokens: 2 } }),
  ]);
  expect(body).toMatchObject({ usage: { prompt_tokens: 1 } });
  expect(facts.usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
});

test('Perplexity: the message so far beside each delta; a whole message in one event', () => {
  const both = stream([text('a', { message: { content: 'a' } }), text('b', { message: { content: 'ab' } })]);
  expect(both.body).toMatchObject({ choices: [{ message: { content: 'ab' } }] });
  const whole = stream([
    { choices: [{ index: 0, message: { role: 'assistant', content: 'ab' }, finish_reason: 'stop' }] },
  ]);
  expect(whole.body).toMatchObject({
    choices: [{ message: { role: 'assistant', content: 'ab' }, finish_reason: 'stop' }],
  });
});

test('Groq: what x_groq brings in one event is not lost by the next', () => {
  const { body } = stream([
    { ...text('a'), x_groq: { id: 'req_1', seed: 7 } },
    { ...text(''), x_groq: { id: 'req_1', usage: { prompt_tokens: 1, completion_tokens: 1 } } },
  ]);
  expect(body).toMatchObject({ x_groq: { id: 'req_1', seed: 7 } });
});

test('Perplexity: citations and search results are told whole each time', () => {
  const results = [{ title: 'A', url: 'https://a.example', date: null }];
  const { body } = stream([
    { ...text('a'), citations: ['https://a.example'], search_results: results },
    {
      ...text('b', { finish_reason: 'stop' }),
      citations: ['https://a.example', 'https://b.example'],
      search_results: results,
    },
  ]);
  expect(body).toMatchObject({
    citations: ['https://a.example', 'https://b.example'],
    search_results: results,
    choices: [{ message: { content: 'ab' } }],
  });
});

test('vLLM: usage with every chunk, counted up; servers that tell it in parts, or take back what they told', () => {
  const usage = (prompt_tokens: number | null, completion_tokens: number | null) => ({
    ...text('a'),
    usage: { prompt_tokens, completion_tokens },
  });
  expect(stream([usage(9, 1), usage(9, 2), usage(9, 3)]).facts.usage).toMatchObject({
    inputTokens: 9,
    outputTokens: 3,
  });
  expect(stream([usage(9, null), usage(null, 3), { ...text(''), usage: {} }]).facts.usage).toMatchObject({
    inputTokens: 9,
    outputTokens: 3,
  });
});

test('Mistral: thinking in pieces is one part of the whole answer, its text one text', () => {
  const thinking = (...inner: object[]) => [{ type: 'thinking', thinking: inner }];
  const say = (value: string) => ({ type: 'text', text: value });
  const reference = { type: 'reference', reference_ids: [1] };
  const delta = (content: unknown) => ({ choices: [{ index: 0, delta: { content } }] });
  const { body } = stream([
    delta(thinking(say('Let '))),
    delta(thinking(say('me'), reference)),
    delta([{ type: 'thinking', thinking: [say('see')], signature: 's', closed: true }, say('4')]),
    delta([say('2'), reference]),
    delta('!'),
    delta('?'),
  ]);
  expect(body).toMatchObject({
    choices: [
      {
        message: {
          content: [
            { type: 'thinking', thinking: [say('Let me'), reference, say('see')], signature: 's', closed: true },
            say('42'),
            reference,
            say('!?'),
          ],
        },
      },
    ],
  });
});

test('OpenRouter: pieces of one reasoning detail, also within one event, and images', () => {
  const piece = (more: object) => ({ type: 'reasoning.text', index: 0, format: 'anthropic-claude-v1', ...more });
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' }, index: 0 };
  const delta = (members: object) => ({ choices: [{ index: 0, delta: members }] });
  const { body } = stream([
    delta({ reasoning_details: [piece({ text: 'a' }), piece({ text: 'b' })] }),
    delta({ reasoning_details: [piece({ text: 'c' }), piece({ text: null, signature: 'sig' })] }),
    delta({ images: [image] }),
  ]);
  expect(body).toMatchObject({
    choices: [{ message: { reasoning_details: [piece({ text: 'abc', signature: 'sig' })], images: [image] } }],
  });
});

test('Mistral: content as parts, then as text', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
  const delta = (content: unknown) => ({ choices: [{ index: 0, delta: { content } }] });
  expect(stream([delta(''), delta([thinking]), delta('He'), delta('y')]).body).toMatchObject({
    choices: [{ message: { content: [thinking, { type: 'text', text: 'Hey' }] } }],
  });
  expect(stream([delta('He'), delta([thinking])]).body).toMatchObject({
    choices: [{ message: { content: [{ type: 'text', text: 'He' }, thinking] } }],
  });
});

test('an error inside the stream: not complete, message in the facts, body keeps both', () => {
  const error = { message: 'Overloaded', type: 'server_error', code: 'overloaded' };
  const cut = stream([text('a', { finish_reason: 'error' }), { error }, '[DONE]']);
  expect(cut.complete).toBe(false);
  expect(cut.facts.error).toBe('Overloaded');
  expect(cut.body).toMatchObject({ choices: [{ message: { content: 'a' } }], error });
  expect(stream([{ error }]).body).toEqual({ error });
  expect(stream([{ message: 'by name' }], 'error').facts.error).toBe('by name');
  expect(openaiChat.facts({ error }).error).toBe('Overloaded');
  expect(openaiChat.facts([{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }]).error).toBe('Bad');
  expect(openaiChat.facts({ error: 'plain' }).error).toBe('plain');
  expect(openaiChat.facts({ error: { code: 7 } }).error).toBe('7');
  expect(openaiChat.facts({ error: null }).error).toBe(null);
});

test('an error in a choice, as a finish reason, as an object', () => {
  const inChoice = text('a', { error: { code: 502, message: 'Upstream died' }, finish_reason: 'error' });
  expect(stream([inChoice, '[DONE]'])).toMatchObject({ complete: false, facts: { error: 'Upstream died' } });
  expect(stream([inChoice]).body).toMatchObject({ choices: [{ error: { code: 502 }, finish_reason: 'error' }] });
  expect(openaiChat.facts(inChoice).error).toBe('Upstream died');
  const unnamed = text('a', { finish_reason: 'error' });
  expect(openaiChat.facts(unnamed).error).toBe('finish_reason: error');
  expect(stream([unnamed, '[DONE]']).facts.error).toBe('finish_reason: error');
  const object = { object: 'error', message: 'too long', type: 'BadRequestError', code: 400 };
  expect(openaiChat.facts(object).error).toBe('too long');
  expect(stream([text('a'), object])).toMatchObject({ complete: false, facts: { error: 'too long' } });
  const ends = (...events: object[]) =>
    openaiChat.endsWhole(
      [...events.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => ({ event: '', data })),
    );
  expect([ends(text('a')), ends(inChoice), ends(unnamed), ends(object)]).toEqual([true, false, false, false]);
});

test('[DONE] behind a blank', () => {
  expect(stream([text('a'), ' [DONE]']).complete).toBe(true);
  expect(openaiChat.endsWhole([{ event: '', data: ' [DONE]' }])).toBe(true);
});

test('service tiers: the standard has many names, the others count', () => {
  const tier = (service_tier: unknown) => openaiChat.facts({ service_tier }).serviceTier;
  for (const standard of ['default', 'auto', 'standard', 'on_demand', null, 7]) expect(tier(standard)).toBe(null);
  for (const other of ['flex', 'priority', 'batch', 'scale', 'performance']) expect(tier(other)).toBe(other);
  expect(stream([{ ...text('a'), service_tier: 'flex' }]).facts.serviceTier).toBe('flex');
  // Mistral's stands in the usage.
  const usage = { prompt_tokens: 1, completion_tokens: 1, service_tier: 'priority' };
  expect(openaiChat.facts({ usage }).serviceTier).toBe('priority');
});

test("Google's compatible endpoint: thinking that only the total counts", () => {
  const context = { provider: 'google', path: '/v1beta/openai/chat/completions', requestModel: null, headers: {} };
  const answer = { ...text('a'), usage: { prompt_tokens: 5, completion_tokens: 10, total_tokens: 115 } };
  const rebuilder = openaiChat.rebuild(context);
  rebuilder.push({ event: '', data: JSON.stringify(answer) });
  for (const facts of [rebuilder.facts(), openaiChat.facts(answer, context)]) {
    expect(facts.usage).toMatchObject({ outputTokens: 110, reasoningTokens: 100 });
  }
});

test('the usage object as it was told, wherever it stands', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, made_up: true };
  expect(openaiChat.facts({ usage }).usageObject).toEqual(usage);
  expect(openaiChat.facts({ x_groq: { usage } }).usageObject).toEqual(usage);
  expect(openaiChat.facts({ choices: [{ index: 0 }, { index: 1, usage }] })).toMatchObject({
    usageObject: usage,
    usage: { inputTokens: 1, outputTokens: 2 },
  });
  expect(openaiChat.facts({ usage: null }).usageObject).toBe(null);
  expect(stream([text('a'), { choices: [], usage }]).facts.usageObject).toEqual(usage);
});

test('a search model of OpenAI searches once a call', () => {
  const searches = (model: string, usage: object | null = { prompt_tokens: 1, completion_tokens: 1 }) =>
    openaiChat.facts({ model, usage }).usage?.webSearches;
  expect(searches('gpt-4o-search-preview-2025-03-11')).toBe(1);
  expect(searches('gpt-4o-mini-search-preview')).toBe(1);
  expect(searches('gpt-4o-2024-08-06')).toBe(null);
  expect(searches('gpt-4o-search-preview', null)).toBe(undefined);
});

test('an event named error ends a stream whatever its data is', () => {
  const rebuilder = openaiChat.rebuild();
  rebuilder.push({ event: '', data: '{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}' });
  rebuilder.push({ event: 'error', data: 'overloaded' });
  expect(rebuilder.facts().error).toBe('overloaded');
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.body()).toMatchObject({ choices: [{ message: { content: 'Hi' } }], error: 'overloaded' });
});
