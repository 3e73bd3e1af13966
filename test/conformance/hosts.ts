import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy as forExpress } from '@helicone-proxy/express';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import compression from 'compression';
import express from 'express';
import express4 from 'express4';

/** A body parser that runs before the proxy. `consumed` reads the body and keeps nothing. */
export type Parser = 'json' | 'json with rawBody' | 'raw' | 'text' | 'urlencoded' | 'extended urlencoded' | 'consumed';

/** What the host's own application does around the proxy. */
export interface HostSetup {
  parser?: Parser;
  /** Path that the proxy is mounted at instead of `/helicone`. */
  mount?: string;
  compression?: boolean;
  /** Response headers that middleware of the host sets on every answer. */
  headers?: Record<string, string>;
}

export interface RunningHost {
  /** Where the proxy answers: origin and prefix. */
  url: string;
  proxy: HeliconeProxy;
  close(): Promise<void>;
}

/** A framework with the proxy in it. */
export interface Host {
  name: string;
  parsers: readonly Parser[];
  start(options: HeliconeProxyOptions, setup?: HostSetup): Promise<RunningHost>;
}

/** Every case of the conformance suite runs over each of these; an adapter joins by one line. */
export const HOSTS: readonly Host[] = [
  { name: 'node:http', parsers: ['consumed'], start: startNode },
  expressHost('express 5', express),
  expressHost('express 4', express4),
];

type Step = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

function expressHost(name: string, framework: typeof express): Host {
  return {
    name,
    parsers: ['json', 'json with rawBody', 'raw', 'text', 'urlencoded', 'extended urlencoded', 'consumed'],
    start(options, setup = {}) {
      const app = framework();
      for (const step of stepsBefore(setup)) app.use(step as express.RequestHandler);
      if (setup.parser !== undefined) app.use(parserStep(framework, setup.parser) as express.RequestHandler);
      const middleware = forExpress(options);
      if (setup.mount === undefined) app.use(middleware);
      else app.use(setup.mount, middleware);
      app.use((_req, res) => {
        res.status(404).type('text').send('the host has no such page');
      });
      return listen(app as RequestListener, middleware.proxy, setup);
    },
  };
}

function startNode(options: HeliconeProxyOptions, setup: HostSetup = {}): Promise<RunningHost> {
  const handler = heliconeProxy(setup.mount === undefined ? options : { ...options, basePath: setup.mount });
  const steps = stepsBefore(setup);
  if (setup.parser === 'consumed') steps.push(consume);
  const listener: RequestListener = (req, res) => {
    const run = (index: number): void => {
      const step = steps[index];
      if (step !== undefined) step(req, res, () => run(index + 1));
      else handler(req, res, () => res.writeHead(404).end('the host has no such page'));
    };
    run(0);
  };
  return listen(listener, handler.proxy, setup);
}

function stepsBefore({ compression: compressed, headers }: HostSetup): Step[] {
  const steps: Step[] = [];
  if (headers !== undefined) {
    steps.push((_req, res, next) => {
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      next();
    });
  }
  if (compressed === true) steps.push(compression({ threshold: 0 }) as unknown as Step);
  return steps;
}

function parserStep(framework: typeof express, parser: Parser): Step {
  switch (parser) {
    case 'json':
      return framework.json({ limit: '8mb' }) as unknown as Step;
    case 'json with rawBody':
      return framework.json({
        limit: '8mb',
        verify: (req, _res, bytes) => Object.assign(req, { rawBody: bytes }),
      }) as unknown as Step;
    case 'raw':
      return framework.raw({ type: () => true, limit: '8mb' }) as unknown as Step;
    case 'text':
      return framework.text({ type: () => true, limit: '8mb' }) as unknown as Step;
    case 'urlencoded':
      return framework.urlencoded({ extended: false }) as unknown as Step;
    case 'extended urlencoded':
      return framework.urlencoded({ extended: true }) as unknown as Step;
    case 'consumed':
      return consume;
  }
}

function consume(req: IncomingMessage, _res: ServerResponse, next: () => void): void {
  req.on('data', () => {});
  req.on('end', next);
}

async function listen(listener: RequestListener, proxy: HeliconeProxy, setup: HostSetup): Promise<RunningHost> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${setup.mount ?? '/helicone'}`,
    proxy,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, proxy.close()]);
    },
  };
}
