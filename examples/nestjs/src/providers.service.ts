import { Injectable } from '@nestjs/common';

/** Where the providers are; your configuration service may stand in its place. */
@Injectable()
export class Providers {
  /** Only where OpenAI's calls must go elsewhere, for example to a gateway of your own. */
  addresses() {
    return { openai: { baseUrl: process.env.OPENAI_UPSTREAM } };
  }
}
