import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.js';

/** One delivery as it came. */
export interface Delivered {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Its body, parsed. */
  payload: Record<string, unknown>;
}

/** A server that webhooks deliver to. */
export interface WebhookReceiver {
  /** Stays the same while it is down. */
  readonly url: string;
  /** All that came, answered or not, oldest first. */
  readonly delivered: Delivered[];
  /** What each delivery gets from now on; null: nothing, ever. */
  answer: number | null | ((delivered: Delivered, res: ServerResponse) => void);
  /** Resolves when so many have come. */
  count(deliveries: number, ms?: number): Promise<Delivered[]>;
  /** Nobody listens there, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one on loopback; it answers 204. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const delivered: Delivered[] = [];
  let server: Server | null = null;
  let port = 0;

  const listen = async (): Promise<void> => {
    server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const one = { path: req.url ?? '', headers: req.headers, body, payload: JSON.parse(body.toString()) };
      delivered.push(one);
      const { answer } = receiver;
      if (typeof answer === 'function') answer(one, res);
      else if (answer !== null) res.writeHead(answer).end();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await listen();

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook?from=helicone`,
    delivered,
    answer: 204,
    async count(deliveries, ms = 10_000) {
      await until(ms, `${deliveries} deliveries`, () => delivered.length >= deliveries);
      return delivered;
    },
    async down() {
      if (server === null) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      server = null;
      await closed;
    },
    up: listen,
    close: () => receiver.down(),
  };
  return receiver;
}
