// Equal calls that share one call upstream, over sockets: who has come, who has left, and a provider that answers gate by gate.
import type { IncomingMessage } from 'node:http';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  type Answer,
  type CallOptions,
  type ClientCall,
  call,
  createGate,
  type Exchange,
  type Gate,
  turn,
} from '@helicone-proxy/testkit';
import { CACHED } from './cached-asks.js';
import { CHAT_PATH, type ProxyRig, startProxyRig } from './proxy-rig.js';
import { until } from './until.js';

/** A rig that tells how many calls have come to the proxy, and whose provider answers gate by gate. */
export interface SharingRig {
  rig: ProxyRig;
  start(options?: CallOptions): ClientCall;
  /** Resolves when that many calls are in their flight. */
  arrived(calls: number): Promise<void>;
  /** Resolves when the proxy has seen that many callers leave. */
  left(calls: number): Promise<unknown>;
  gates: { head: Gate; first: Gate; rest: Gate };
}

/** How many events the provider sends when the first gate opens. */
export const FIRST = 3;

/** Starts it; `answer` is what the provider sends, and what is asked for. */
export async function startSharingRig(answer: Answer, options: HeliconeProxyOptions = {}): Promise<SharingRig> {
  let calls = 0;
  let closed = 0;
  let gates = { head: createGate(), first: createGate(), rest: createGate() };
  const script = (exchange: Exchange): Promise<void> => sendByGates(exchange, answer, gates);
  const auth = ({ raw }: { raw: IncomingMessage }): object => {
    calls += 1;
    raw.socket.once('close', () => {
      closed += 1;
    });
    return { tenant: 'default' };
  };
  const rig = await startProxyRig({ auth, ...options } as HeliconeProxyOptions, { script });
  return {
    rig,
    start: (more = {}) => call(rig.url + CHAT_PATH, { headers: CACHED, body: answer.request, ...more }),
    async arrived(count) {
      await until(15_000, `${count} calls come to the proxy`, () => calls >= count);
      for (let turns = 0; turns < 20; turns += 1) await turn();
    },
    left: (count) => until(15_000, `${count} callers leave`, () => closed >= count),
    get gates() {
      return gates;
    },
    set gates(given) {
      gates = given;
    },
  };
}

/** Sends the head, the beginning and the rest, each when its gate is opened. */
export async function sendByGates(
  exchange: Exchange,
  answer: Answer,
  { head, first, rest }: SharingRig['gates'],
): Promise<void> {
  const pieces = answer.events.length > 0 ? answer.events : [answer.body.subarray(0, 10), answer.body.subarray(10)];
  const now = answer.events.length > 0 ? FIRST : 1;
  await head.opened;
  await exchange.head({ headers: answer.headers });
  await first.opened;
  for (const piece of pieces.slice(0, now)) await exchange.write(piece);
  await rest.opened;
  for (const piece of pieces.slice(now)) await exchange.write(piece);
  await exchange.end();
}

/** Lets all of it go out. */
export function openAll({ head, first, rest }: SharingRig['gates']): void {
  for (const gate of [head, first, rest]) gate.open();
}
