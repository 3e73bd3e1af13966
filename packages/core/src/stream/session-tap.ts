import type { Call } from '../call.js';
import type { ByteStream } from '../contract.js';
import type { SessionFacts } from '../records/facts.js';
import type { Capture } from './capture.js';
import { FrameScanner } from './frame-scanner.js';
import { MessageLog } from './message-log.js';

/** Writes the messages of a session down for its record. Returns what is to be called when it is over. */
export function tapSession(call: Call, toClient: ByteStream, maxBytes: number): () => void {
  const { requestCapture, responseCapture } = call;
  // Of messages that must not be kept only how many there were is noted.
  const clientBytes = call.policy?.omitRequest === true ? 0 : maxBytes;
  const client = new MessageLog({ capture: requestCapture, maxBytes: clientBytes, meters: false });
  const begun = (): void => {
    responseCapture.arrivals = [0, performance.now() - call.startedAt];
  };
  const provider = new MessageLog({ capture: responseCapture, maxBytes, meters: true, begun });
  // The door of an upgrade brings a stream.
  watch(call.request.body as ByteStream, requestCapture, client);
  watch(toClient, responseCapture, provider);
  return () => {
    client.finish();
    provider.finish();
    call.session = factsOf(call, client, provider);
  };
}

function watch(stream: ByteStream, capture: Capture, log: MessageLog): void {
  const scanner = new FrameScanner(log);
  stream.observe({
    chunk(bytes) {
      capture.total += bytes.length;
      scanner.push(bytes);
    },
    end() {},
  });
}

function factsOf({ request }: Call, client: MessageLog, provider: MessageLog): SessionFacts {
  return {
    model: new URLSearchParams(request.query).get('model'),
    usageMissing: provider.usageMissing,
    clientOmitted: client.omitted,
    providerOmitted: provider.omitted,
  };
}
