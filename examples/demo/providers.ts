import type { HeliconeProxyOptions } from '@helicone-proxy/express';
import { startStandIn } from '@helicone-proxy/testkit';

/** Where the demo's calls go, and the keys that they carry. */
export interface Providers {
  options: NonNullable<HeliconeProxyOptions['providers']>;
  openaiKey: string;
  anthropicKey: string;
  /** What to tell the reader of the demo. */
  note: string;
  close(): Promise<void>;
}

/** The real provider where the environment has a key for it, else a stand-in on this machine. */
export async function findProviders(env: NodeJS.ProcessEnv): Promise<Providers> {
  const { OPENAI_API_KEY: openaiKey, ANTHROPIC_API_KEY: anthropicKey } = env;
  if (openaiKey && anthropicKey) {
    const note = 'OpenAI and Anthropic: the real ones, with the keys of your environment';
    return { options: {}, openaiKey, anthropicKey, note, close: async () => {} };
  }
  const standIn = await startStandIn();
  const place = { baseUrl: standIn.url };
  return {
    options: { ...(openaiKey ? {} : { openai: place }), ...(anthropicKey ? {} : { anthropic: place }) },
    openaiKey: openaiKey || 'sk-stand-in',
    anthropicKey: anthropicKey || 'sk-ant-stand-in',
    note: [
      `OpenAI: ${openaiKey ? 'the real one, with the key of your environment' : 'a stand-in (set OPENAI_API_KEY for the real one)'}`,
      `Anthropic: ${anthropicKey ? 'the real one, with the key of your environment' : 'a stand-in (set ANTHROPIC_API_KEY for the real one)'}`,
    ].join('\n'),
    close: () => standIn.close(),
  };
}
