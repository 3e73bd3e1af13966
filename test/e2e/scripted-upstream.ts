import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the upstream answers to one request. */
export interface ScriptedAnswer {
  /** `content-type`. Default `application/json`. */
  type?: string;
  status?: number;
  /** Written one by one. */
  pieces: readonly string[];
  /** The connection breaks behind the last piece. */
  breaks?: boolean;
}

/** An upstream that answers each request by its path and body. */
export interface ScriptedUpstream {
  url: string;
  close(): Promise<void>;
}

/** `answer` gets the path without query and the parsed body of each request. */
export async function startScriptedUpstream(
  answer: (path: string, body: Record<string, unknown>) => ScriptedAnswer,
): Promise<ScriptedUpstream> {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const path = (req.url ?? '').split('?')[0] as string;
    const {
      type = 'application/json',
      status = 200,
      pieces,
      breaks,
    } = answer(path, JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
    res.writeHead(status, { 'content-type': type });
    for (const piece of pieces) await new Promise<void>((written) => res.write(piece, () => written()));
    if (breaks) res.destroy();
    else res.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
