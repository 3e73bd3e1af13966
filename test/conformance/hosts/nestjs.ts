import 'reflect-metadata';
import { HeliconeProxyModule, HeliconeProxyService } from '@helicone-proxy/nestjs';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  type ArgumentsHost,
  Controller,
  type ExecutionContext,
  HttpCode,
  HttpException,
  type INestApplication,
  Module,
  NotFoundException,
  Post,
  Req,
} from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import type { FastifyInstance } from 'fastify';
import { expressParser } from './express.js';
import { addFastifyHooks } from './fastify-hooks.js';
import { CORS_ORIGIN, type Host, type HostSetup, NO_SUCH_PAGE, type RunningHost } from './host.js';
import { nodeSteps } from './node-steps.js';
import { CONSUMED, EXPRESS_PARSERS, NEVER_ASKED } from './parser-facts.js';
import { asBasePath, runningHost } from './running-host.js';

export const NEST_ON_EXPRESS: Host = {
  name: 'nest on express',
  parsers: {
    ...EXPRESS_PARSERS,
    usual: { reads: ['json', 'form'], leaves: 'meaning', maxBytes: 102_400 },
    'keeps bytes': { reads: ['json', 'form'], leaves: 'bytes', maxBytes: 102_400 },
    consumed: CONSUMED,
  },
  async start(options, setup = {}) {
    const app: NestExpressApplication = await NestFactory.create(
      moduleOf(options, setup),
      new ExpressAdapter(),
      nestOptions(setup),
    );
    if (setup.trustsProxy === true) app.set('trust proxy', true);
    for (const step of nodeSteps({ ...setup, cors: false })) app.use(step);
    if (isNotNests(setup)) app.use(expressParser(express, setup.parser));
    // Nest leaves its own parsers away once there is one of Express.
    if (setup.parser === undefined) app.use('/v1/own', express.json());
    const running = await listen(app, options, setup);
    // Nest looks below its global prefix only; what is elsewhere is Express's.
    app.use((_req: express.Request, res: express.Response) => void res.status(404).send(NO_SUCH_PAGE));
    return running;
  },
};

export const NEST_ON_FASTIFY: Host = {
  name: 'nest on fastify',
  refusesUndecodablePaths: true,
  logsOnlyWholeAnswers: true,
  showsBodies: true,
  parsers: {
    usual: NEVER_ASKED,
    'keeps bytes': NEVER_ASKED,
    'drops bytes': EXPRESS_PARSERS['drops bytes'],
    consumed: CONSUMED,
  },
  async start(options, setup = {}) {
    const app: NestFastifyApplication = await NestFactory.create(
      moduleOf(options, setup),
      new FastifyAdapter({ trustProxy: setup.trustsProxy === true }),
      nestOptions(setup),
    );
    await addFastifyHooks(app.getHttpAdapter().getInstance() as unknown as FastifyInstance, { ...setup, cors: false });
    if (isNotNests(setup)) app.use(expressParser(express, setup.parser));
    return listen(app, options, setup);
  },
};

function nestOptions({ parser }: HostSetup) {
  const rawBody = parser === 'keeps bytes';
  return { logger: false, bodyParser: rawBody || parser === 'usual', rawBody, forceCloseConnections: true } as const;
}

function isNotNests(setup: HostSetup): setup is HostSetup & Required<Pick<HostSetup, 'parser'>> {
  return setup.parser !== undefined && !nestOptions(setup).bodyParser;
}

class OwnController {
  answer({ body }: { body: unknown }): object {
    return { own: body };
  }
}

// Decorators as functions, since the tests' own transform knows none.
const answer = Object.getOwnPropertyDescriptor(OwnController.prototype, 'answer') as PropertyDescriptor;
Controller()(OwnController);
Post('own')(OwnController.prototype, 'answer', answer);
HttpCode(200)(OwnController.prototype, 'answer', answer);
Req()(OwnController.prototype, 'answer', 0);

function moduleOf(options: HeliconeProxyOptions, setup: HostSetup) {
  class AppModule {}
  const { webSockets = false } = setup;
  const imports = [HeliconeProxyModule.forRoot({ ...asBasePath(options, setup), webSockets })];
  const { second } = setup;
  if (second !== undefined) imports.push(HeliconeProxyModule.forRoot(asBasePath(second.options, second)));
  Module({ imports, controllers: [OwnController] })(AppModule);
  return AppModule;
}

/** With what must not touch the proxy: a global prefix, and a guard that lets nothing but the host's own route through. */
async function listen(app: INestApplication, options: HeliconeProxyOptions, setup: HostSetup): Promise<RunningHost> {
  const { httpAdapter } = app.get(HttpAdapterHost);
  if (setup.cors === true) app.enableCors({ origin: [CORS_ORIGIN], methods: 'GET, POST' });
  app.setGlobalPrefix('v1');
  app.useGlobalGuards({ canActivate: (context: ExecutionContext) => context.getClass() === OwnController });
  app.useGlobalFilters({
    catch(error: unknown, host: ArgumentsHost) {
      const status = error instanceof HttpException ? error.getStatus() : 500;
      const text = error instanceof NotFoundException ? NO_SUCH_PAGE : 'failed';
      httpAdapter.reply(host.switchToHttp().getResponse(), text, status);
    },
  });
  await app.listen(0, '127.0.0.1');
  const proxy = app.get(HeliconeProxyService);
  return runningHost({
    server: app.getHttpServer(),
    proxy,
    options,
    setup,
    ownPath: '/v1/own',
    close: () => app.close(),
  });
}
