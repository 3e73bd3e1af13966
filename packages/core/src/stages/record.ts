import type { Call } from '../call.js';
import type { EngineResponse, Stage } from '../contract.js';
import type { Recorder } from '../records/recorder.js';
import { tapSession } from '../stream/session-tap.js';

/**
 * An event stream carries about ten times the bytes of the answer that it spells out; the records worker cuts the answer that
 * it rebuilds to the limit.
 */
const STREAM_FACTOR = 8;

/** Outermost: each call that reached its policy leaves exactly one record, whatever its ending. */
export function createRecord(recorder: Recorder, recordBodyBytes: number): Stage {
  return async function record(call, next) {
    const response = await next();
    if (call.recorded) observe({ call, response, recorder, recordBodyBytes });
    return response;
  };
}

interface Observed {
  call: Call;
  response: EngineResponse;
  recorder: Recorder;
  recordBodyBytes: number;
}

function observe({ call, response, recorder, recordBodyBytes }: Observed): void {
  const { body } = response;
  if (body === null || body instanceof Uint8Array) {
    // A body of our own is an error text, not an answer.
    if (body !== null && call.error === null) call.responseCapture.add(body, recordBodyBytes);
    recorder.record(call, { response });
    return;
  }
  if (response.status === 101) {
    const finish = tapSession(call, body, recordBodyBytes);
    body.observe({
      end(error) {
        finish();
        recorder.record(call, { response, error });
      },
    });
    return;
  }
  const streamBytes = STREAM_FACTOR * recordBodyBytes;
  body.observe({
    chunk: (bytes) => call.responseCapture.addAt(bytes, streamBytes, performance.now() - call.startedAt),
    end: (error) => recorder.record(call, { response, error }),
  });
}
