import { expect, test } from 'vitest';
import { ToolCalls } from './openai-chat-tool-calls.js';

/** `pieces` are the `tool_calls` of one delta each. */
function calls(...pieces: object[][]): unknown {
  const built = new ToolCalls();
  for (const piece of pieces) built.push(piece);
  return built.body().tool_calls;
}

const piece = (given: object, name: string | null, args: unknown) => ({
  ...given,
  type: 'function',
  function: { ...(name === null ? {} : { name }), arguments: args },
});

const F = { type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const G = { type: 'function', function: { name: 'g', arguments: '{}' } };

test('whole calls in one event, without index and id', () => {
  expect(calls([piece({}, 'f', '{"a":1}'), piece({}, 'g', '{}')])).toEqual([F, G]);
  expect(calls([piece({}, 'f', '{"a":1}')], [piece({}, 'g', '{}')])).toEqual([F, G]);
  expect(calls([piece({}, 'g', ''), piece({}, 'g', '')])).toHaveLength(2);
  expect(calls([piece({}, 'g', {})], [piece({}, 'g', {})])).toHaveLength(2);
});

test('one index for all and no id: the name tells whole calls apart', () => {
  expect(calls([piece({ index: 0, id: '' }, 'f', '{"a":1}')], [piece({ index: 0, id: '' }, 'g', '{}')])).toEqual([
    { ...F, id: '' },
    { ...G, id: '' },
  ]);
});

test('a name in every piece, with and without an index', () => {
  const twice = (given: object) => calls([piece(given, 'f', '{"a"')], [piece(given, 'f', ':1}')]);
  expect(twice({ index: 0 })).toEqual([F]);
  expect(twice({})).toEqual([F]);
  expect(calls([piece({ index: 0 }, 'f', '{"a":{}')], [piece({ index: 0 }, 'f', '}')])).toEqual([
    { type: 'function', function: { name: 'f', arguments: '{"a":{}}' } },
  ]);
});

test('interleaved, told apart by the id alone', () => {
  const one = calls(
    [piece({ id: 'a' }, 'f', '{"a"'), piece({ id: 'b' }, 'g', '{')],
    [piece({ id: 'a' }, null, ':1}'), piece({ id: 'b' }, null, '}')],
  );
  expect(one).toEqual([
    { ...F, id: 'a' },
    { ...G, id: 'b' },
  ]);
  const oneIndex = calls(
    [piece({ id: 'a', index: 0 }, 'f', '{"a"'), piece({ id: 'b', index: 0 }, 'g', '{')],
    [piece({ id: 'a', index: 0 }, 'f', ':1}')],
  );
  expect(oneIndex).toMatchObject([{ ...F, id: 'a' }, { id: 'b' }]);
});

test('one id for all: the index tells them apart', () => {
  expect(calls([piece({ index: 0, id: 'x' }, 'f', '{"a":1}')], [piece({ index: 1, id: 'x' }, 'g', '{}')])).toEqual([
    { ...F, id: 'x' },
    { ...G, id: 'x' },
  ]);
});

test('members that nobody knows, and keys that are only data', () => {
  const odd = JSON.parse(
    '{"index":0,"id":"a","__proto__":{"x":1},"extra":null,"function":{"name":"f","__proto__":"y"}}',
  );
  const [call] = calls([odd], [{ index: 0, extra: { signature: 's' } }, null as never]) as Record<string, unknown>[];
  expect(Object.getPrototypeOf(call)).toBe(Object.prototype);
  expect(Object.keys(call ?? {})).toEqual(['id', '__proto__', 'extra', 'function']);
  expect(call?.extra).toEqual({ signature: 's' });
});
