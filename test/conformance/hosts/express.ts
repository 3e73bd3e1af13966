import type { RequestListener } from 'node:http';
import { heliconeProxy } from '@helicone-proxy/express';
import type express from 'express';
import { type Host, type HostSetup, NO_SUCH_PAGE, type Parser, type Step } from './host.js';
import { listening } from './node-http.js';
import { consume, nodeSteps } from './node-steps.js';
import { CONSUMED, EXPRESS_PARSERS } from './parser-facts.js';
import { mountPaths } from './running-host.js';

type Express = typeof express;

export function expressHost(name: string, framework: Express, facts: Pick<Host, 'older'> = {}): Host {
  return {
    name,
    ...facts,
    parsers: { ...EXPRESS_PARSERS, consumed: CONSUMED },
    start(options, setup = {}) {
      const app = framework();
      if (setup.trustsProxy === true) app.set('trust proxy', true);
      for (const step of nodeSteps(setup)) app.use(step as express.RequestHandler);
      if (setup.parser !== undefined) app.use(expressParser(framework, setup.parser) as express.RequestHandler);
      const middleware = heliconeProxy(options);
      app.use(mounted(framework, middleware, setup));
      const { second } = setup;
      if (second !== undefined) app.use(second.mount, heliconeProxy(second.options));
      app.post('/own', framework.json(), (req, res) => void res.json({ own: req.body }));
      app.use((_req, res) => {
        res.status(404).type('text').send(NO_SUCH_PAGE);
      });
      app.use(((_error, _req, res, _next) => {
        res.status(_error.status ?? 500).send('failed');
      }) as express.ErrorRequestHandler);
      return listening(app as RequestListener, middleware.proxy, {
        options,
        setup,
        mountPath: mountPaths(setup).join(''),
      });
    },
  };
}

/** Routers, one in the other. */
function mounted(framework: Express, middleware: express.RequestHandler, setup: HostSetup): express.RequestHandler {
  return mountPaths(setup).reduceRight((inner, path) => framework.Router().use(path, inner), middleware);
}

/** A parser of Express, also for Nest. */
export function expressParser(framework: Express, parser: Parser): Step {
  return parserOf(framework, parser) as unknown as Step;
}

function parserOf(framework: Express, parser: Parser) {
  const limit = '64mb';
  const keep = (req: object, _res: object, bytes: Buffer) => Object.assign(req, { rawBody: bytes });
  switch (parser) {
    case 'usual':
      return framework.json();
    case 'keeps bytes':
      return framework.json({ limit, verify: keep });
    case 'drops bytes':
      return framework.json({ limit });
    case 'raw':
      return framework.raw({ limit, type: () => true });
    case 'text':
      return framework.text({ limit });
    case 'form':
      return framework.urlencoded({ limit, extended: false });
    case 'nested form':
      return framework.urlencoded({ limit, extended: true });
    case 'consumed':
      return consume;
  }
}
