import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireFormat } from '../providers/wire.js';
import { JsonBody } from './json-body.js';
import type { TokenLimitHandler } from './policy.js';
import { fitTokenLimit } from './token-limit.js';

/** Models of these tests by their windows; at 100 tokens of window and 20 of answer a prompt may have 320 characters. */
const WINDOWS: Record<string, number> = { small: 100, large: 1000, 'gpt-3.5-turbo': 100, 'gpt-4o-nano': 100 };

interface Fitted {
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a body as its provider would read it
  body: any;
  warning: string | null;
  changed: boolean;
}

function fit(handler: TokenLimitHandler, body: object | string, wire: WireFormat | null = 'openai-chat'): Fitted {
  const before = typeof body === 'string' ? body : JSON.stringify(body);
  const { bytes, warning } = fitTokenLimit({
    body: JsonBody.read(Buffer.from(before)) as JsonBody,
    wire,
    handler,
    modelOverride: null,
    windowOf: (model) => WINDOWS[model] ?? null,
  });
  const text = bytes === null ? before : Buffer.from(bytes).toString();
  return { text, body: JSON.parse(text), warning, changed: bytes !== null };
}

const chat = (content: unknown, more: object = {}): object => ({
  model: 'small',
  max_tokens: 20,
  messages: [{ role: 'user', content }],
  ...more,
});

describe('truncate', () => {
  test('a prompt that fits exactly is left alone, white space and all', () => {
    const { changed, warning } = fit('truncate', chat(`  ${'a'.repeat(318)}`));
    expect(changed).toBe(false);
    expect(warning).toBeNull();
  });

  test('one character more, and the end goes', () => {
    const { body, warning } = fit('truncate', chat(`${'a'.repeat(320)}b`));
    expect(body.messages[0].content).toBe('a'.repeat(320));
    expect(warning).toBe('the prompt was shortened by 1 characters');
  });

  test('normalising white space may be enough', () => {
    const { body, warning } = fit('truncate', chat(`a ${' \t'.repeat(200)}b \n\n \n c `));
    expect(body.messages[0].content).toBe('a b\nc');
    expect(warning).toMatch(/^the prompt was shortened by \d+ characters$/);
  });

  test('the longest texts are cut to one length, short ones stay', () => {
    const { body } = fit('truncate', {
      model: 'small',
      max_completion_tokens: 20,
      messages: [
        { role: 'system', content: 's'.repeat(20) },
        { role: 'user', content: 'a'.repeat(500) },
        { role: 'user', content: [{ type: 'text', text: 'b'.repeat(400) }] },
      ],
    });
    expect(
      body.messages.map((message: { content: string | { text: string }[] }) =>
        typeof message.content === 'string' ? message.content.length : message.content[0]?.text.length,
      ),
    ).toEqual([20, 150, 150]);
  });

  test('no character is cut in half', () => {
    const { body } = fit('truncate', chat(`a${'👋'.repeat(300)}`));
    expect(body.messages[0].content).toBe(`a${'👋'.repeat(159)}`);
  });

  test('all other bytes stay, inside messages too', () => {
    const long = 'x'.repeat(400);
    const text = `{"a":1.0, "messages" : [{"role":"user","n":1e2,"content":"${long}"},{"role":"assistant","tool_calls":[{"arguments":"{\\"k\\": 1.50}"}]}] ,"model":"small","max_tokens":20}`;
    expect(fit('truncate', text).text).toBe(text.replace(long, 'x'.repeat(320)));
  });

  test('tools count, and are never cut', () => {
    const tools = [{ type: 'function', function: { name: 'wave', description: 'd'.repeat(100) } }];
    const { body } = fit('truncate', chat('a'.repeat(320), { tools }));
    expect(body.tools).toEqual(tools);
    expect(body.messages[0].content).toHaveLength(320 - JSON.stringify(tools).length - 2);
  });

  test('images and tool results in parts are never touched', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(2000)}` } };
    const { changed } = fit('truncate', chat([image, { type: 'text', text: 'what is this?' }]));
    expect(changed).toBe(false);
  });

  test('without a limit of its own the answer gets a tenth of the context', () => {
    const { body } = fit('truncate', { model: 'small', messages: [{ role: 'user', content: 'a'.repeat(1000) }] });
    expect(body.messages[0].content).toHaveLength(360);
  });

  test.each([
    ['gpt-3.5-turbo', 400],
    ['gpt-4o-nano', 533],
  ])('%s has a factor of its own', (model, length) => {
    expect(fit('truncate', chat('a'.repeat(1000), { model })).body.messages[0].content).toHaveLength(length);
  });

  test('a model that is not known', () => {
    const { changed, warning } = fit('truncate', chat('a'.repeat(9999), { model: 'other' }));
    expect(changed).toBe(false);
    expect(warning).toBe('the context of this model is not known; the prompt is left alone');
  });

  test.each([
    ['the answer takes all of the context', chat('a'.repeat(9), { max_tokens: 100 })],
    ['the tools take all of it', chat('a'.repeat(9), { tools: ['t'.repeat(400)] })],
    ['nothing can be cut', { model: 'small', messages: [], tools: ['t'.repeat(400)] }],
  ])('what cannot be made to fit: %s', (_why, body) => {
    const { changed, warning } = fit('truncate', body);
    expect(changed).toBe(false);
    expect(warning).toBe('the prompt cannot be made to fit; it is left alone');
  });

  test('a Responses input, as text and as items', () => {
    const model = { model: 'small', max_output_tokens: 20, instructions: 'i'.repeat(20) };
    const text = fit('truncate', { ...model, input: 'a'.repeat(999) }, 'openai-responses').body;
    expect(text.input).toHaveLength(300);
    expect(text.instructions).toHaveLength(20);
    const call = { type: 'function_call', name: 'f', arguments: 'a'.repeat(999) };
    const items = [{ role: 'user', content: [{ type: 'input_text', text: 'b'.repeat(999) }] }, call];
    const { body } = fit('truncate', { ...model, input: items }, 'openai-responses');
    expect(body.input[0].content[0].text).toHaveLength(300);
    expect(body.input[1]).toEqual(call);
  });

  test('Anthropic’s system prompt and messages', () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: 'r'.repeat(999) };
    const { body } = fit(
      'truncate',
      {
        model: 'small',
        max_tokens: 20,
        system: [{ type: 'text', text: 's'.repeat(300), cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: [result, { type: 'text', text: 'q'.repeat(300) }] }],
      },
      'anthropic-messages',
    );
    expect(body.system[0].text).toHaveLength(160);
    expect(body.messages[0].content[1].text).toHaveLength(160);
    expect(body.messages[0].content[0]).toEqual(result);
  });
});

describe('middle-out', () => {
  test('takes steps of a thousand characters out around the centre', () => {
    const content = `${'a'.repeat(3000)}${'b'.repeat(3000)}`;
    const { body, warning } = fit('middle-out', chat(content, { model: 'large' }));
    // 980 tokens: 3920 characters; 2080 too many are 3 steps.
    expect(body.messages[0].content).toBe('a'.repeat(1500) + 'b'.repeat(1500));
    expect(warning).toBe('the prompt was shortened by 3000 characters');
  });

  test('leaves white space as it is', () => {
    const content = `a  \n\n${'x'.repeat(6000)}  b`;
    const { body } = fit('middle-out', chat(content, { model: 'large' }));
    expect(body.messages[0].content).toMatch(/^a {2}\n\nx+ {2}b$/);
  });

  test('a text that is shorter than a step loses just what it must', () => {
    const { body } = fit('middle-out', chat('a'.repeat(200) + 'b'.repeat(200)));
    expect(body.messages[0].content).toBe('a'.repeat(160) + 'b'.repeat(160));
  });
});

test('whatever the texts, the cut prompt fits, no pair is cut in half, and what is kept was there', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '👋', 'é', '"'), maxLength: 400 });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('truncate', 'middle-out'),
      (texts, handler) => {
        const { body, warning } = fit(handler as TokenLimitHandler, {
          model: 'small',
          max_tokens: 20,
          messages: texts.map((content) => ({ role: 'user', content })),
        });
        const contents: string[] = body.messages.map(({ content }: { content: string }) => content);
        expect(contents.join('').length).toBeLessThanOrEqual(320);
        if (texts.join('').length <= 320) expect(contents).toEqual(texts);
        else expect(warning).toContain('shortened');
        for (const content of contents) expect(content.isWellFormed()).toBe(true);
      },
    ),
  );
});

describe('fallback', () => {
  const prompt = (length: number, model: string): object => chat('a'.repeat(length), { model });

  test.each<[string, object, string]>([
    ['under the limit the first', prompt(320, 'small,large'), 'small'],
    ['over it the second', prompt(321, 'small, large'), 'large'],
    ['over all the last', prompt(99_999, 'small,large'), 'large'],
    ['of three the first that it fits', prompt(500, 'small,large,other'), 'large'],
    ['an unknown first one is taken', prompt(99_999, 'other,large'), 'other'],
    ['empty names do not count', prompt(9, ' ,small, large,'), 'small'],
    ['one name stays as it is', prompt(99_999, 'small'), 'small'],
  ])('%s', (_what, body, model) => {
    const fitted = fit('fallback', body);
    expect(fitted.body.model).toBe(model);
    expect(fitted.warning).toBeNull();
    expect({ ...fitted.body, model: '' }).toEqual({ ...body, model: '' });
  });

  test('a body without a model, or of a format that is not understood', () => {
    expect(fit('fallback', { messages: [] }).changed).toBe(false);
    expect(fit('fallback', { model: 'small,large' }, null).body.model).toBe('small');
  });

  test('another handler leaves a list alone', () => {
    expect(fit('truncate', prompt(999, 'small,large')).changed).toBe(false);
  });
});

test('the model that the caller names goes before the body’s', () => {
  const { bytes } = fitTokenLimit({
    body: JsonBody.read(Buffer.from(JSON.stringify(chat('a'.repeat(400), { model: 'my-deployment' })))) as JsonBody,
    wire: 'openai-chat',
    handler: 'truncate',
    modelOverride: 'small',
    windowOf: (model) => WINDOWS[model] ?? null,
  });
  expect(JSON.parse(Buffer.from(bytes as Uint8Array).toString()).messages[0].content).toHaveLength(320);
});
