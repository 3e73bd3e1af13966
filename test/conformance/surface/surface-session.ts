import type { Host } from '../hosts.js';
import { lastingSession, type Session } from '../session.js';

const PROVIDERS = ['openai', 'anthropic', 'google', 'azure'];

/** A session of all tests of a group, in which every provider that an SDK is made for is the scripted one. */
export function surfaceSession(host: Host): () => Session {
  return lastingSession(host, {
    options: ({ origin }) => ({
      providers: Object.fromEntries(PROVIDERS.map((name) => [name, { baseUrl: origin }])),
    }),
  });
}
