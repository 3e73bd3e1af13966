import { faultOf, type LoggedCall, type ReadDelivery, type RefusedCall } from '../logged-call.js';
import { callOfSpan } from './call-of-span.js';
import type { Span } from './span.js';

/** Reads the calls that spans tell of; spans of other things are taken and left aside. */
export function readSpans(spans: readonly Span[], now: number): ReadDelivery {
  return { list: true, calls: readEach(spans, now) };
}

function* readEach(spans: readonly Span[], now: number): Generator<LoggedCall | RefusedCall | null> {
  for (const [index, span] of spans.entries()) {
    try {
      yield callOfSpan(span, now);
    } catch (error) {
      yield { fault: `spans[${index}].${faultOf(error)}` };
    }
  }
}
