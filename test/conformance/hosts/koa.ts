import type { RequestListener } from 'node:http';
import { heliconeProxy } from '@helicone-proxy/koa';
import { bodyParser } from '@koa/bodyparser';
import type Koa from 'koa';
import compress from 'koa-compress';
import mount from 'koa-mount';
import { CORS_ORIGIN, type Host, type HostSetup, NO_SUCH_PAGE, type Parser } from './host.js';
import { listening } from './node-http.js';
import { consume } from './node-steps.js';
import { CONSUMED } from './parser-facts.js';
import { mountPaths } from './running-host.js';

export function koaHost(name: string, Framework: typeof Koa, facts: Pick<Host, 'older'> = {}): Host {
  return {
    name,
    ...facts,
    showsBodies: true,
    parsers: {
      // Forms may have 56 KB, JSON 1 MB; it keeps the text of both.
      usual: { reads: ['json', 'form'], leaves: 'bytes', maxBytes: 1024 * 1024 },
      'keeps bytes': { reads: ['json'], leaves: 'bytes' },
      'drops bytes': { reads: ['json'], leaves: 'meaning' },
      text: { reads: ['text'], leaves: 'bytes' },
      form: { reads: ['form'], leaves: 'meaning' },
      consumed: CONSUMED,
    },
    start(options, setup = {}) {
      const app = new Framework();
      // A broken stream is told to the application, which would print it.
      app.silent = true;
      app.proxy = setup.trustsProxy === true;
      for (const step of koaSteps(setup)) app.use(step);
      if (setup.parser !== undefined) for (const step of parserSteps(setup.parser)) app.use(step);
      const middleware = heliconeProxy(options);
      app.use(mountPaths(setup).reduceRight<Koa.Middleware>((inner, path) => mount(path, inner), middleware));
      const { second } = setup;
      if (second !== undefined) app.use(mount(second.mount, heliconeProxy(second.options)));
      app.use(bodyParser());
      app.use(answerOwn);
      return listening(app.callback() as RequestListener, middleware.proxy, {
        options,
        setup,
        mountPath: mountPaths(setup).join(''),
      });
    },
  };
}

const answerOwn: Koa.Middleware = (ctx) => {
  if (ctx.path === '/own') {
    ctx.body = { own: ctx.request.body };
    return;
  }
  ctx.status = 404;
  ctx.body = NO_SUCH_PAGE;
};

function koaSteps({ log, sees, headers, cors, fails, compression }: HostSetup): Koa.Middleware[] {
  const steps: Koa.Middleware[] = [];
  if (log !== undefined) {
    steps.push(async ({ method, originalUrl, response }, next) => {
      await next();
      log({ method, url: originalUrl, status: response.status });
    });
  }
  if (headers !== undefined) {
    steps.push((ctx, next) => {
      ctx.set(headers);
      return next();
    });
  }
  if (cors === true) steps.push(allowOrigin);
  if (fails === true) {
    steps.push((ctx, next) => {
      if (ctx.get('x-host-fails') !== '') throw new Error('the host fails');
      return next();
    });
  }
  if (compression === true) steps.push(compress({ threshold: 0 }));
  if (sees !== undefined) steps.push((ctx, next) => next().then(() => sees(ctx.body)));
  return steps;
}

const allowOrigin: Koa.Middleware = (ctx, next) => {
  ctx.set('access-control-allow-origin', CORS_ORIGIN);
  ctx.vary('Origin');
  if (ctx.method !== 'OPTIONS') return next();
  ctx.set('access-control-allow-methods', 'GET, POST');
  ctx.status = 204;
};

function parserSteps(parser: Parser): Koa.Middleware[] {
  const limits = { jsonLimit: '64mb', textLimit: '64mb', formLimit: '64mb' };
  switch (parser) {
    case 'usual':
      return [bodyParser()];
    case 'keeps bytes':
      return [bodyParser({ ...limits, enableTypes: ['json'] })];
    case 'drops bytes':
      return [bodyParser({ ...limits, enableTypes: ['json'] }), forgetRawBody];
    case 'text':
      return [bodyParser({ ...limits, enableTypes: ['text'] })];
    case 'form':
      return [bodyParser({ ...limits, enableTypes: ['form'] }), forgetRawBody];
    case 'consumed':
      return [(ctx, next) => new Promise<void>((resolve) => consume(ctx.req, ctx.res, resolve)).then(next)];
    default:
      throw new Error(`Koa has no parser ${parser}`);
  }
}

/** Other parsers of Koa keep no bytes. */
const forgetRawBody: Koa.Middleware = (ctx, next) => {
  Object.assign(ctx.request, { rawBody: undefined });
  return next();
};
