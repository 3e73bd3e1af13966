import { HeliconeProxyModule } from '@helicone-proxy/nestjs';
import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';
import { CostsController } from './costs.controller.js';
import { ProvidersModule } from './providers.module.js';
import { Providers } from './providers.service.js';

@Module({
  imports: [
    // Without anything to inject: HeliconeProxyModule.forRoot({ ... })
    HeliconeProxyModule.forRootAsync({
      imports: [ProvidersModule],
      inject: [Providers],
      useFactory: (providers: Providers) => ({ providers: providers.addresses() }),
    }),
  ],
  controllers: [AppController, CostsController],
})
export class AppModule {}
