import type { CallRecord } from '@helicone-proxy/core';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { type FixedAnswer, startFixedUpstream } from './fixed-upstream.js';

export type Path =
  | 'openai/v1/chat/completions'
  | 'openai/v1/responses'
  | 'openai/v1/embeddings'
  | 'anthropic/v1/messages';

/** An app whose providers answer what the test says. */
export interface FixedHost {
  /** Sends a call that gets this answer, and reads its record and how many bytes the client got. */
  call(path: Path, model: string, answer: FixedAnswer): Promise<CallRecord & { clientBytes: number }>;
  close(): Promise<void>;
}

export async function startFixedHost(): Promise<FixedHost> {
  const upstream = await startFixedUpstream();
  const place = { baseUrl: upstream.url };
  const host: ExpressHost = await startExpressHost({ providers: { openai: place, anthropic: place } });
  return {
    async call(path, model, answer) {
      upstream.answer = answer;
      const response = await fetch(`${host.url}/helicone/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
        body: JSON.stringify({ model, stream: 'events' in answer }),
      });
      const { byteLength } = await response.arrayBuffer();
      return { ...(await host.record(response.headers.get('helicone-id'))), clientBytes: byteLength };
    },
    async close() {
      await host.close();
      await upstream.close();
    },
  };
}
