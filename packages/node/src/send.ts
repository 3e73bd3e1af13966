import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ByteStream, EngineResponse, Headers } from '@helicone-proxy/core';

/** `compression()` adds `flush` to the response. */
type HostResponse = ServerResponse & { flush?: () => void };

/** How long the last event of a broken stream may take to leave, ms. */
const LAST_EVENT_MS = 1000;

/** Writes an answer to a client: the one writer of all frameworks. */
export function send(res: HostResponse, response: EngineResponse): void {
  const { status, headers, body } = response;
  if (res.destroyed || res.headersSent) {
    if (body !== null && !(body instanceof Uint8Array)) body.cancel(new Error('nobody is left to read the answer'));
    return;
  }
  keepHostHeaders(res, headers);
  res.writeHead(status, headers as OutgoingHttpHeaders);
  if (body === null) res.end();
  else if (body instanceof Uint8Array) res.end(body);
  else sendStream(res, body);
}

function sendStream(res: HostResponse, body: ByteStream): void {
  let begun = false;
  const goOn = body.attach({
    write(bytes) {
      begun = true;
      const more = res.write(bytes);
      res.flush?.();
      return more;
    },
    end() {
      begun = true;
      res.end();
    },
    fail(_error, lastEvent) {
      begun = true;
      fail(res, lastEvent);
    },
  });
  // Never corked by hand: `end` while corked writes the last chunk first on Node 22 and 24.
  res.on('drain', goOn);
  // The head must not wait for the first token. When that is here already the two share a packet.
  if (!begun) res.flushHeaders();
}

/** A broken answer must look broken: `end()` would make it whole. */
function fail(res: HostResponse, lastEvent: Uint8Array | null): void {
  if (lastEvent === null || res.destroyed || res.writableNeedDrain) {
    res.destroy();
    return;
  }
  const timer = setTimeout(() => res.destroy(), LAST_EVENT_MS);
  res.write(lastEvent, () => {
    clearTimeout(timer);
    res.destroy();
  });
  res.flush?.();
}

/** Headers that describe the answer itself, so that a host's own value would be wrong. */
const OF_THE_ANSWER: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'cache-control',
  'x-accel-buffering',
]);

/** What the host's own middleware has set (CORS, request ids, helmet) goes before what the provider says of itself. */
function keepHostHeaders(res: ServerResponse, headers: Headers): void {
  for (const name of res.getHeaderNames()) {
    if (OF_THE_ANSWER.has(name)) {
      if (headers[name] === undefined) res.removeHeader(name);
    } else if (name === 'vary') headers.vary = [res.getHeader(name), headers.vary].flat().filter(Boolean).join(', ');
    else delete headers[name];
  }
}
