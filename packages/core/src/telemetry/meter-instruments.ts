import type { CallFigures } from './call-figures.js';
import type { EndedCall } from './ended-call.js';
import { LabelBound, OTHER } from './label-bound.js';
import type { Attributes, Meter } from './otel.js';
import { errorType, known, subject } from './span-attributes.js';

/** Records one call; `figures` is null where the worker did not tell them. */
export type RecordCall = (call: EndedCall, figures: CallFigures | null) => void;

/** Bounds that the GenAI conventions give for times, seconds. */
export const TIME_BOUNDS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** ... and for tokens. */
const TOKEN_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, i) => 4 ** i);

/** The instruments of the GenAI conventions, and the cost. Only calls that a provider was asked about count: it is their client. */
export function meterInstruments(meter: Meter): RecordCall {
  const time = { unit: 's', advice: { explicitBucketBoundaries: [...TIME_BOUNDS] } };
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    ...time,
    description: 'GenAI operation duration.',
  });
  const firstChunk = meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
    ...time,
    description: 'Time to receive the first chunk of a streamed answer.',
  });
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Number of input and output tokens used.',
    advice: { explicitBucketBoundaries: [...TOKEN_BOUNDS] },
  });
  const cost = meter.createCounter('helicone_proxy.cost', { unit: '{USD}', description: 'What calls cost.' });
  const bound = new LabelBound();
  return (call, figures) => {
    if (!call.sent || call.operation === null) return;
    const about = labels(call, figures, bound);
    const error = errorType(call, figures);
    duration.record(call.durationMs / 1000, error === null ? about : { ...about, 'error.type': error });
    if (figures === null) return;
    const { timeToFirstTokenMs, inputTokens, outputTokens, costNanoUsd } = figures;
    if (figures.stream && timeToFirstTokenMs !== null) firstChunk.record(timeToFirstTokenMs / 1000, about);
    if (inputTokens !== null) tokens.record(inputTokens, { ...about, 'gen_ai.token.type': 'input' });
    if (outputTokens !== null) tokens.record(outputTokens, { ...about, 'gen_ai.token.type': 'output' });
    if (costNanoUsd !== null) cost.add(costNanoUsd / 1e9, about);
  };
}

function labels(call: EndedCall, figures: CallFigures | null, bound: LabelBound): Attributes {
  const requestModel = figures?.requestModel ?? null;
  const responseModel = figures?.responseModel ?? null;
  const { operation, provider, origin } = call;
  if (!bound.admits(provider, origin ?? '', operation ?? '', requestModel ?? '', responseModel ?? '')) {
    return known({ 'gen_ai.operation.name': operation, 'gen_ai.provider.name': OTHER, 'gen_ai.request.model': OTHER });
  }
  return known({
    ...subject(call),
    'gen_ai.request.model': requestModel,
    'gen_ai.response.model': responseModel,
  });
}
