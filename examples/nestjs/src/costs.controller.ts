import { HeliconeProxyService } from '@helicone-proxy/nestjs';
import { Controller, Get } from '@nestjs/common';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the calls of the last day cost, by model. Guard it before you copy it: the figures are your own. */
@Controller('costs')
export class CostsController {
  constructor(private readonly helicone: HeliconeProxyService) {}

  @Get()
  async lastDay() {
    const now = Date.now();
    const rows = await this.helicone.records.aggregate({ tenant: 'default', from: now - DAY_MS, to: now, by: 'model' });
    return rows.map(({ key, requests, cost_usd }) => ({ model: key, requests, costUsd: cost_usd }));
  }
}
