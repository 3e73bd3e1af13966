import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import compression from 'compression';
import { CORS_ORIGIN, type HostSetup, type Step } from './host.js';

/** What a setup asks of the host, as middleware of Node and Express, outermost first. */
export function nodeSteps({ log, headers, cors, fails, compression: compressed }: HostSetup): Step[] {
  const steps: Step[] = [];
  if (log !== undefined) steps.push(logStep(log));
  if (headers !== undefined) {
    steps.push((_req, res, next) => {
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      next();
    });
  }
  if (cors === true) steps.push(allowOrigin);
  if (fails === true) {
    steps.push((req, _res, next) =>
      next(req.headers['x-host-fails'] === undefined ? undefined : new Error('the host fails')),
    );
  }
  if (compressed === true) steps.push(compression({ threshold: 0 }) as unknown as Step);
  return steps;
}

/** As morgan does it: when the answer has finished, or its connection has closed. */
export function logStep(log: NonNullable<HostSetup['log']>): Step {
  return (req, res, next) => {
    // Frameworks change `url` while they route.
    const { method = '', url = '' } = req;
    let told = false;
    const tell = (): void => {
      if (!told) log({ method, url, status: res.statusCode });
      told = true;
    };
    res.once('finish', tell);
    res.once('close', tell);
    next();
  };
}

function allowOrigin(req: IncomingMessage, res: ServerResponse, next: () => void): void {
  res.setHeader('access-control-allow-origin', CORS_ORIGIN);
  res.setHeader('vary', 'Origin');
  if (req.method === 'OPTIONS') res.writeHead(204, { 'access-control-allow-methods': 'GET, POST' }).end();
  else next();
}

/** Reads the body and keeps nothing of it. */
export function consume(req: IncomingMessage, _res: ServerResponse, next: () => void): void {
  req.on('data', () => {});
  req.on('end', next);
}

/** Reads JSON, leaves what it means in `holder.body`, and keeps no bytes. */
export async function dropBytes(req: IncomingMessage, holder: { body?: unknown }): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  holder.body = JSON.parse(String(req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes));
}
