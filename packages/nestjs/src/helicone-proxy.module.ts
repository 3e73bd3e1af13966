import { createFrontDesk, type FrontDesk, type HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  type BeforeApplicationShutdown,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Global,
  Inject,
  Module,
  type NestModule,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HeliconeProxyService } from './helicone-proxy.service.js';
import { mount } from './mount.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<HeliconeProxyOptions>({
  moduleName: 'HeliconeProxy',
})
  .setClassMethodName('forRoot')
  .build();

const FRONT_DESK = Symbol('helicone-proxy front desk');

const openDesk = ({ webSockets: _module, ...options }: HeliconeProxyOptions): FrontDesk => createFrontDesk(options);

/**
 * The proxy as a module for NestJS, on Express and on Fastify. Answers under `/helicone`, outside the global prefix, behind the
 * middleware of `app.use` and the body parser. Its routes are no controllers: guards, pipes and interceptors do not apply to
 * them, nor does middleware that modules apply in `configure`.
 * Closing the application lets running calls finish and writes every record; with `app.enableShutdownHooks()` signals do so too.
 *
 * `forRoot` and `forRootAsync` throw a TypeError or RangeError that names the option that is wrong, when the application starts.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { NestFactory } from '@nestjs/core';
 * import { HeliconeProxyModule } from '@helicone-proxy/nestjs';
 *
 * @Module({ imports: [HeliconeProxyModule.forRoot()] })
 * class AppModule {}
 *
 * const app = await NestFactory.create(AppModule, { bodyParser: false }); // or rawBody: true
 * app.enableShutdownHooks();
 * await app.listen(3000);
 * // OpenAI's base URL is now http://localhost:3000/helicone/openai/v1
 * ```
 */
@Global()
@Module({
  providers: [
    { provide: FRONT_DESK, inject: [MODULE_OPTIONS_TOKEN], useFactory: openDesk },
    { provide: HeliconeProxyService, inject: [FRONT_DESK], useFactory: ({ proxy }: FrontDesk) => proxy },
  ],
  exports: [HeliconeProxyService],
})
export class HeliconeProxyModule extends ConfigurableModuleClass implements NestModule, BeforeApplicationShutdown {
  readonly #desk: FrontDesk;
  readonly #host: HttpAdapterHost;
  readonly #webSockets: boolean;

  constructor(
    @Inject(FRONT_DESK) desk: FrontDesk,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(MODULE_OPTIONS_TOKEN) { webSockets = false }: HeliconeProxyOptions,
  ) {
    super();
    this.#desk = desk;
    this.#host = host;
    this.#webSockets = webSockets;
  }

  /** @param options All optional; see `HeliconeProxyOptions`. */
  static override forRoot(options: HeliconeProxyOptions = {}): DynamicModule {
    // biome-ignore lint/complexity/noThisInStatic: the builder makes a module of the class that it is called on
    return super.forRoot(options);
  }

  configure(): void {
    const { httpAdapter } = this.#host;
    mount(httpAdapter, this.#desk);
    if (this.#webSockets) this.#desk.listenForUpgrades(httpAdapter.getHttpServer());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#desk.proxy.close();
  }
}
