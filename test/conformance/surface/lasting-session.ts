import { createGate } from '@helicone-proxy/testkit';
import { afterAll, beforeAll } from 'vitest';
import type { Host } from '../hosts.js';
import { type Session, withSession } from '../session.js';

/** A session that lasts as long as the tests around it; there from their `beforeAll` on. */
export function openLastingSession(host: Host): () => Session {
  const opened = createGate();
  const over = createGate();
  let session: Session;
  let closed: Promise<void>;
  beforeAll(async () => {
    closed = withSession(host, { options: allProviders }, async (fresh) => {
      session = fresh;
      opened.open();
      await over.opened;
    });
    await Promise.race([opened.opened, closed]);
  });
  afterAll(async () => {
    over.open();
    await closed;
  });
  return () => session;
}

const PROVIDERS = ['openai', 'anthropic', 'google', 'azure'];

function allProviders({ origin }: { origin: string }) {
  return { providers: Object.fromEntries(PROVIDERS.map((name) => [name, { baseUrl: origin }])) };
}
