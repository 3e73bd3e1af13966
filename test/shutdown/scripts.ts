import { ANSWERS, type Answer, type Exchange, type Gate, type Script } from '@helicone-proxy/testkit';

/** Streams in the dialects of the providers. */
const STREAMS: readonly Answer[] = [ANSWERS.chatStream, ANSWERS.messagesStream, ANSWERS.responsesStream];

/** Streams, each dialect in its turn. */
export function streams(count: number): Answer[] {
  return Array.from({ length: count }, (_, index) => STREAMS[index % STREAMS.length] as Answer);
}

/** How many events of a stream come before the gate. */
const BEFORE_GATE = 2;

/** What of a stream comes before the gate. */
export function beginningOf({ events }: Answer): Buffer {
  return Buffer.concat(events.slice(0, BEFORE_GATE));
}

/** What the provider does with a call of each kind; what has an end but not `now` ends when the gate is opened. */
const KINDS: Record<string, (exchange: Exchange, answer: Answer, gate: Gate) => Promise<void> | void> = {
  now: (exchange, answer) => exchange.respond(answer, [answer.body]),
  async later(exchange, answer, gate) {
    await gate.opened;
    await exchange.respond(answer, [answer.body]);
  },
  finishing: (exchange, answer, gate) =>
    exchange.respond(answer, [beginningOf(answer), gate.opened, ...answer.events.slice(BEFORE_GATE)]),
  endless: (exchange, answer) => begin(exchange, answer, beginningOf(answer)),
  'inside-an-event': (exchange, answer) => begin(exchange, answer, beginningOf(answer).subarray(0, -1)),
  silent() {},
  'busy-for-a-minute': (exchange) => busy(exchange, 60),
};

/** Kind of call that is refused first, and answered when it comes again a second later. */
export const COMES_AGAIN = 'comes-again';

async function begin(exchange: Exchange, { headers }: Answer, bytes: Buffer): Promise<void> {
  await exchange.head({ headers });
  await exchange.write(bytes);
}

/** Refuses, and says in how many seconds to try again. */
function busy(exchange: Exchange, seconds: number): Promise<void> {
  return exchange.respond({ status: 503, headers: [['retry-after', String(seconds)]], framing: 'length' }, []);
}

/** A provider that answers each call by its kind. */
export function byKind(gate: Gate): Script {
  let came = false;
  return async (exchange) => {
    const { request } = exchange;
    await request.ended;
    const answer = Object.values(ANSWERS).find(
      ({ path, request: asked }) => request.target.startsWith(path) && request.body.equals(asked),
    ) as Answer;
    let kind = new URL(request.target, 'http://provider').searchParams.get('kind') ?? '';
    if (kind === COMES_AGAIN) {
      if (!came) await busy(exchange, 1);
      kind = came ? 'now' : 'refused';
      came = true;
    }
    await KINDS[kind]?.(exchange, answer, gate);
  };
}
