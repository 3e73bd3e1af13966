import { expect, test } from 'vitest';
import { createCall } from './call.js';
import { compose } from './compose.js';
import type { EngineResponse, Stage } from './contract.js';
import { createByteBudget } from './upstream/byte-budget.js';

function call() {
  const signal = new AbortController().signal;
  return createCall(
    { method: 'GET', path: '/openai/v1/models', query: '', headers: {}, body: null, signal },
    createByteBudget(0),
  );
}

const OK: EngineResponse = { status: 200, headers: {}, body: null };

test('stages run from first to last and see the answer from last to first', async () => {
  const log: string[] = [];
  const stage = (name: string): Stage => {
    return async (_call, next) => {
      log.push(`${name} in`);
      const response = await next();
      log.push(`${name} out`);
      return { ...response, headers: { ...response.headers, [name]: 'seen' } };
    };
  };
  const run = compose([stage('a'), stage('b'), async () => OK]);
  expect(await run(call())).toEqual({ status: 200, headers: { b: 'seen', a: 'seen' }, body: null });
  expect(log).toEqual(['a in', 'b in', 'b out', 'a out']);
});

test('every stage gets the same call', async () => {
  const asked = call();
  const seen: unknown[] = [];
  const note: Stage = (given, next) => {
    seen.push(given);
    return next();
  };
  await compose([note, note, async () => OK])(asked);
  expect(seen).toEqual([asked, asked]);
  expect(seen[0]).toBe(asked);
});

test('next called again runs everything behind it once more', async () => {
  const statuses = [500, 200];
  let between = 0;
  const retryOnce: Stage = async (_call, next) => {
    const first = await next();
    return first.status < 500 ? first : next();
  };
  const count: Stage = (_call, next) => {
    between += 1;
    return next();
  };
  const answer: Stage = async () => ({ ...OK, status: statuses.shift() as number });
  expect((await compose([retryOnce, count, answer])(call())).status).toBe(200);
  expect(between).toBe(2);
  expect(statuses).toEqual([]);
});

test('a stage that answers itself keeps those behind it from running', async () => {
  let reached = false;
  const behind: Stage = async () => {
    reached = true;
    return OK;
  };
  expect(await compose([async () => ({ ...OK, status: 401 }), behind])(call())).toMatchObject({ status: 401 });
  expect(reached).toBe(false);
});

test('what a stage throws, at once or later, reaches the stages before it', async () => {
  const caught: unknown[] = [];
  const guard: Stage = async (_call, next) => {
    try {
      return await next();
    } catch (error) {
      caught.push(error);
      return OK;
    }
  };
  const atOnce: Stage = () => {
    throw new Error('at once');
  };
  await compose([guard, atOnce])(call());
  await compose([guard, () => Promise.reject(new Error('later'))])(call());
  expect(caught).toEqual([new Error('at once'), new Error('later')]);
});

test('one pipeline serves several calls at a time', async () => {
  const run = compose([(_call, next) => next(), async ({ id }) => ({ ...OK, headers: { id } })]);
  const calls = [call(), call(), call()];
  const answers = await Promise.all(calls.map(run));
  expect(answers.map(({ headers }) => headers.id)).toEqual(calls.map(({ id }) => id));
});

test('a list whose last stage does not answer rejects', async () => {
  await expect(compose([])(call())).rejects.toThrow('the last stage must answer');
  await expect(compose([(_call, next) => next()])(call())).rejects.toThrow('the last stage must answer');
});
