import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

/** What a server said. */
export interface HttpAnswer {
  status: number;
  retryAfter: string | undefined;
  /** Up to `MAX_ANSWER_BYTES` of it. */
  body: string;
}

export interface HttpClient {
  /** Rejects when no whole answer came in time. */
  send(method: string, url: URL, body: string): Promise<HttpAnswer>;
  /** Breaks off what is under way. */
  close(): void;
}

/** Longest that one exchange may take, ms. */
const EXCHANGE_MS = 15_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Sends JSON. Nothing of it keeps the process alive, neither idle nor under way: the global `fetch` has no way to do without
 * that, and belongs to the application, which may have replaced it.
 */
export function createHttpClient(headers: Record<string, string>): HttpClient {
  const agents = { 'http:': new Agent(AGENT), 'https:': new TlsAgent(AGENT) };
  const open = new Set<ClientRequest>();
  return {
    send: (method, url, body) =>
      new Promise((resolve, reject) => {
        const secure = url.protocol === 'https:';
        const options = {
          method,
          agent: agents[secure ? 'https:' : 'http:'],
          headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        };
        const sent = secure ? httpsRequest(url, options) : httpRequest(url, options);
        open.add(sent);
        const clock = setTimeout(() => sent.destroy(new Error('no answer in time')), EXCHANGE_MS).unref();
        const settle = (): void => {
          clearTimeout(clock);
          open.delete(sent);
        };
        sent.on('socket', (socket) => socket.unref());
        sent.on('error', reject);
        sent.on('close', () => {
          settle();
          // Nothing to whoever has an answer already.
          reject(new Error('the connection was closed before the answer was whole'));
        });
        sent.on('response', (answer) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => {
            if (bytes < MAX_ANSWER_BYTES) chunks.push(chunk);
            bytes += chunk.length;
          });
          answer.on('error', reject);
          answer.on('end', () => {
            const retryAfter = answer.headers['retry-after'];
            resolve({ status: answer.statusCode ?? 0, retryAfter, body: Buffer.concat(chunks).toString() });
          });
        });
        sent.end(body);
      }),
    close() {
      for (const sent of open) sent.destroy(new Error('the logger was closed'));
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

const AGENT = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
