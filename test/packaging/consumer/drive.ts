import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';

/** An application with the proxy in it. */
export interface Running {
  origin: string;
  proxy: HeliconeProxy;
  /** Ends as the application would on SIGTERM. */
  stop(): Promise<unknown>;
}

const ANSWER = '{ "id": "chatcmpl-1",\n  "model": "gpt-4o-mini-2024-07-18", "choices": [], "n": 1.0e1 }';
const EVENTS = ['data: {"id":"chatcmpl-2","choices":[]}\n\n', 'data: [DONE]\n\n'];

/** Sends a plain and a streamed call through the application, looks for their records, and ends it. */
export async function drive(start: (options: HeliconeProxyOptions) => Promise<Running>): Promise<void> {
  const provider = createServer((req, res) => {
    let body = '';
    req.on('data', (bytes: Buffer) => {
      body += bytes;
    });
    req.on('end', () => {
      const streamed = body.includes('"stream":true');
      res.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
      if (streamed) for (const event of EVENTS) res.write(event);
      res.end(streamed ? '' : ANSWER);
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const { origin, proxy, stop } = await start({
    providers: { openai: { baseUrl: `http://127.0.0.1:${port}` } },
    records: { store: 'sqlite::memory:' },
  });
  const recorded = records(proxy, 2);
  equal(await call(origin, { model: 'gpt-4o-mini', messages: [] }), ANSWER);
  equal(await call(origin, { model: 'gpt-4o-mini', messages: [], stream: true }), EVENTS.join(''));
  await recorded;
  await proxy.flush();
  equal(await statuses(origin), '200 200');
  await stop();
  await new Promise((resolve) => provider.close(resolve));
}

async function call(origin: string, body: object): Promise<string> {
  return post(`${origin}/helicone/openai/v1/chat/completions`, body);
}

/** Resolves when as many calls have been recorded. */
function records({ events }: HeliconeProxy, wanted: number): Promise<void> {
  let left = wanted;
  return new Promise((resolve) => {
    events.on('record', () => {
      left--;
      if (left === 0) resolve();
    });
  });
}

async function statuses(origin: string): Promise<string> {
  const answer = await post(`${origin}/helicone/api/v1/request/query`, { filter: 'all' });
  const { data } = JSON.parse(answer) as { data: { response_status: number }[] };
  return data.map((each) => each.response_status).join(' ');
}

async function post(url: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.text();
}

function equal(actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
