import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What the upstream answers next. */
export type FixedAnswer =
  | { json: object; status?: number; gzip?: boolean }
  /** Data of server-sent events in turn; `named` events carry their `type` as their name, as Anthropic's do. */
  | { events: readonly (object | '[DONE]')[]; named?: boolean; gzip?: boolean };

/** An upstream that answers exactly what it was told to. */
export interface FixedUpstream {
  url: string;
  answer: FixedAnswer;
  close(): Promise<void>;
}

export async function startFixedUpstream(): Promise<FixedUpstream> {
  const server = createServer((req, res) => {
    req.resume().once('end', () => {
      const { answer } = upstream;
      const streamed = 'events' in answer;
      const text = streamed
        ? answer.events.map((event) => sse(event, answer.named)).join('')
        : JSON.stringify(answer.json);
      const body = answer.gzip ? gzipSync(text) : Buffer.from(text);
      res.writeHead(streamed ? 200 : (answer.status ?? 200), {
        'content-type': streamed ? 'text/event-stream; charset=utf-8' : 'application/json',
        ...(answer.gzip ? { 'content-encoding': 'gzip' } : {}),
      });
      res.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: FixedUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { json: {} },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return upstream;
}

function sse(event: object | '[DONE]', named = false): string {
  if (event === '[DONE]') return 'data: [DONE]\n\n';
  const name = named ? `event: ${(event as { type: string }).type}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}
