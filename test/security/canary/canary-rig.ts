import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import {
  type Received,
  type ScriptedProvider,
  startScriptedProvider,
  unreachableOrigin,
} from '@helicone-proxy/testkit';
import { CANARIES } from './canaries.ts';
import { canaryProvider } from './provider.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** A proxy with a secret in every place of its options, and ears at everything that it says. */
export interface CanaryRig {
  readonly url: string;
  readonly proxy: HeliconeProxy;
  readonly provider: ScriptedProvider;
  readonly receiver: Receiver;
  /** What was logged: level, details and message. */
  readonly log: readonly unknown[];
  /** Events that were told. */
  readonly told: readonly unknown[];
  /** What callers were answered, in order; those that are the provider's own words are marked. */
  readonly answers: { received: Received; ofProvider: boolean }[];
  close(): Promise<void>;
}

const EVENTS = ['record', 'limited', 'retry', 'breaker', 'drop', 'store'];

/** `folder` is where the database will be. */
export async function startCanaryRig(
  folder: string,
  telemetry: HeliconeProxyOptions['telemetry'] = {},
): Promise<CanaryRig> {
  const provider = await startScriptedProvider(canaryProvider);
  const receiver = await startReceiver();
  const log: unknown[] = [];
  const told: unknown[] = [];
  const handler = heliconeProxy({
    ...optionsFor({ folder, provider, receiver, unreachable: await unreachableOrigin() }),
    telemetry,
    logger: { debug: note(log, 'debug'), info: note(log, 'info'), warn: note(log, 'warn'), error: note(log, 'error') },
  });
  for (const event of EVENTS) handler.proxy.events.on(event, (...what) => told.push([event, ...what]));
  const server = createServer(handler);
  server.on('upgrade', (request, socket, head) => {
    if (!handler.proxy.handleUpgrade(request, socket, head)) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`,
    proxy: handler.proxy,
    provider,
    receiver,
    log,
    told,
    answers: [],
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, handler.proxy.close(), provider.close(), receiver.close()]);
    },
  };
}

function note(log: unknown[], level: string) {
  return (...line: unknown[]): void => void log.push([level, ...line]);
}

interface Around {
  folder: string;
  provider: ScriptedProvider;
  receiver: Receiver;
  unreachable: string;
}

function optionsFor({ folder, provider, receiver, unreachable }: Around): HeliconeProxyOptions {
  const { origin } = provider;
  const held = CANARIES['a key that the server holds'];
  return {
    providers: {
      openai: { baseUrl: origin, apiKey: held },
      anthropic: { baseUrl: origin, apiKey: async () => CANARIES['a key that the server asks for'] },
      groq: { baseUrl: origin, apiKey: `${CANARIES['a key that cannot be sent']}\n` },
      mistral: { baseUrl: origin, headers: { 'x-server-token': CANARIES['a header that the server sets'] } },
      google: { baseUrl: origin },
      bedrock: {
        baseUrl: origin,
        region: 'us-east-1',
        aws: async () => ({
          accessKeyId: 'AKIASERVER0000000001',
          secretAccessKey: CANARIES['an AWS secret that the server holds'],
          sessionToken: CANARIES['an AWS session token that the server holds'],
        }),
      },
      nowhere: { baseUrl: unreachable, apiKey: held },
      // A server that does not speak TLS.
      tls: { baseUrl: receiver.origin.replace('http:', 'https:'), apiKey: held },
      keyless: { baseUrl: origin, apiKey: () => Promise.reject(new Error('the vault is shut')) },
    },
    auth: {
      keys: {
        [CANARIES['Helicone-Auth']]: {},
        'narrow-key': { providers: ['groq'] },
        'falling-key': { policy: { defaults: { 'Helicone-Fallbacks': fallbacksOf(origin) } } },
        'limited-key': { policy: { enforce: { 'Helicone-RateLimit-Policy': '1;w=3600' } } },
      },
    },
    records: { store: `sqlite:${join(folder, 'records.db')}` },
    timeouts: { firstByteMs: 300 },
    webhooks: [{ destination: `${receiver.origin}/told`, hmacKey: CANARIES['a webhook’s key'] }],
    targets: { allow: [origin], privateNetworks: true },
  };
}

function fallbacksOf(origin: string): string {
  const authorization = `Bearer ${CANARIES['a credential of a fallback of the options']}`;
  return JSON.stringify([{ 'target-url': origin, headers: { authorization }, onCodes: [500] }]);
}
