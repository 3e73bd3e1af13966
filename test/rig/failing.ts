import type { Exchange, Script } from '@helicone-proxy/testkit';
import { answerChat } from './proxy-rig.js';

/** Answers with an error of the provider's. */
export function fail(
  exchange: Exchange,
  status: number,
  headers: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const all = [['content-type', 'application/json'], ...headers] as const;
  return exchange.respond({ status, headers: all, framing: 'length' }, ['{"error":{}}']);
}

/** Fails whatever it is asked. */
export const failing: Script = (exchange) => fail(exchange, 500);

/** Does each of these in turn, then answers. */
export function inTurn(...steps: ((exchange: Exchange) => unknown)[]): Script {
  let turn = 0;
  return async (exchange) => {
    await (steps[turn++] ?? answerChat)(exchange);
  };
}
