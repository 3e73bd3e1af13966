import { expect, test } from 'vitest';
import type { Call } from '../call.js';
import type { EngineResponse } from '../contract.js';
import { createCallTelemetry } from './call-telemetry.js';
import type { Span, Tracer } from './otel.js';

const ANSWER: EngineResponse = { status: 200, headers: {}, body: null };
const span = { spanContext: () => ({ traceId: 't', spanId: 's' }) } as Span;

/** Runs a call in a span of `startActiveSpan`; how often what is behind it ran. */
async function traced(startActiveSpan: (run: (span: Span) => unknown) => unknown, next = async () => ANSWER) {
  const told: unknown[] = [];
  const note = (...line: unknown[]): void => void told.push(line);
  const logger = { debug: note, info: note, warn: note, error: note };
  const tracer = {
    startActiveSpan: (_name: string, _start: object, run: (span: Span) => unknown) => startActiveSpan(run),
  };
  const telemetry = createCallTelemetry({ tracer: tracer as Tracer, meter: false, metrics: false }, logger);
  const call = { route: null, request: { method: 'POST', path: '/x' }, createdAt: 0, span: null } as unknown as Call;
  let times = 0;
  const answer = telemetry.trace(call, () => {
    times += 1;
    return next();
  });
  return { answer: await answer.catch((error: Error) => error.message), times, told: told.length };
}

test.each<[string, (run: (span: Span) => unknown) => unknown, number]>([
  ['that works', (run) => run(span), 0],
  [
    'that fails before the call',
    () => {
      throw new Error('tracer');
    },
    1,
  ],
  [
    'that fails behind it',
    (run) => {
      run(span);
      throw new Error('tracer');
    },
    1,
  ],
  ['whose span is none', (run) => run({} as Span), 1],
])('a tracer %s: the call runs once', async (_what, startActiveSpan, told) => {
  expect(await traced(startActiveSpan)).toEqual({ answer: ANSWER, times: 1, told });
});

test('what the call throws is its own, and nothing of the tracer’s', async () => {
  const next = (): never => {
    throw new Error('refused');
  };
  expect(await traced((run) => run(span), next)).toEqual({ answer: 'refused', times: 1, told: 0 });
});
