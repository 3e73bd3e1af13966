import type { Server } from 'node:http';
import type { ArgumentsHost, INestApplication, Type } from '@nestjs/common';
import { HOST_HEADER, type Host, NO_SUCH_PAGE, originOf } from './hosts.ts';
import type { Load } from './load.ts';

type Platform = 'express' | 'fastify';

/** Nest on one of its platforms. */
export function onNest(platform: Platform): Host['start'] {
  return async (load, options) => {
    const { Module } = await load<typeof import('@nestjs/common')>('@nestjs/common');
    const { HttpAdapterHost } = await load<typeof import('@nestjs/core')>('@nestjs/core');
    const { HeliconeProxyModule, HeliconeProxyService } =
      await load<typeof import('@helicone-proxy/nestjs')>('@helicone-proxy/nestjs');
    class AppModule {}
    Module({ imports: [HeliconeProxyModule.forRoot(options)] })(AppModule);
    const app = await createApp(platform, load, AppModule);
    const { httpAdapter } = app.get(HttpAdapterHost);
    app.useGlobalFilters({
      catch(_error: unknown, host: ArgumentsHost) {
        httpAdapter.reply(host.switchToHttp().getResponse(), NO_SUCH_PAGE, 404);
      },
    });
    await app.listen(0, '127.0.0.1');
    const server = app.getHttpServer() as Server;
    return { origin: originOf(server), proxy: app.get(HeliconeProxyService), close: () => app.close() };
  };
}

/** With the host's header on every answer. */
async function createApp(platform: Platform, load: Load, root: Type): Promise<INestApplication> {
  const { NestFactory } = await load<typeof import('@nestjs/core')>('@nestjs/core');
  const quiet = { logger: false, bodyParser: false } as const;
  if (platform === 'express') {
    const { ExpressAdapter } = await load<typeof import('@nestjs/platform-express')>('@nestjs/platform-express');
    const app = await NestFactory.create(root, new ExpressAdapter(), quiet);
    app.use((_req: unknown, res: { setHeader(name: string, value: string): void }, next: () => void) => {
      res.setHeader(HOST_HEADER.name, HOST_HEADER.value);
      next();
    });
    return app;
  }
  const { FastifyAdapter } = await load<typeof import('@nestjs/platform-fastify')>('@nestjs/platform-fastify');
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create(root, adapter, quiet);
  adapter.getInstance().addHook('onRequest', (_request, reply, done) => {
    reply.header(HOST_HEADER.name, HOST_HEADER.value);
    done();
  });
  return app;
}
