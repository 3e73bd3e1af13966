import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Client,
  closed,
  joined,
  newCall,
  startSharing,
  turn,
  type Upstream,
} from '../../../../test/rig/cached-streams.js';
import { ProxyError } from '../errors.js';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('join' as const), slow: fc.boolean(), attach: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat(20) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('go on' as const), who: fc.nat(20), full: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('give up' as const), who: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('head' as const),
      which: fc.nat(4),
      status: fc.constantFrom(200, 200, 500),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      which: fc.nat(4),
      bytes: fc.constantFrom(1, 9, 700, 70_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(4), done: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), which: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), which: fc.nat(4) }) },
  { weight: 4, arbitrary: fc.constant({ do: 'turn' as const }) },
);

/** What an upstream sent, and how it ended. */
interface Sent {
  text: string;
  headed: boolean;
  over: 'end' | 'break' | null;
}

test('whatever clients and upstreams do: nobody gets a wrong byte, a cut answer that looks whole, or no answer', async () => {
  let letter = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(1000, 1e6), async (steps, maxEntryBytes) => {
      const rig = startSharing({ maxEntryBytes });
      const sent = new Map<Upstream, Sent>();
      const clients: Client[] = [];
      const left = new Set<Client>();
      const limited = new Set<Upstream>();
      const upstreamOf = (which: number): [Upstream, Sent] | null => {
        const upstream = rig.upstreams[which % Math.max(1, rig.upstreams.length)];
        if (upstream === undefined || limited.has(upstream)) return null;
        if (!sent.has(upstream)) sent.set(upstream, { text: '', headed: false, over: null });
        return [upstream, sent.get(upstream) as Sent];
      };
      const send = (upstream: Upstream, state: Sent, text: string): void => {
        if (upstream.log.some((line) => line.startsWith('abort'))) return;
        state.text += text;
        upstream.body.push(Buffer.from(text));
      };
      for (const each of steps) {
        if (each.do === 'join') clients.push(rig.join(newCall(), each));
        else if (each.do === 'turn') await turn();
        else if ('who' in each) {
          const client = clients[each.who % Math.max(1, clients.length)];
          if (client === undefined) continue;
          if (each.do === 'leave') {
            left.add(client);
            client.life.end(closed());
          } else if (client.response === null) continue;
          else if (each.do === 'give up') {
            left.add(client);
            client.body.cancel(new Error('given up'));
          } else {
            if (!client.attached) client.attach();
            client.full = each.full;
            client.goOn();
          }
        } else {
          const [upstream, state] = upstreamOf(each.which) ?? [null, null];
          if (upstream === null || state.over !== null) continue;
          if (each.do === 'limit' && !state.headed) {
            limited.add(upstream);
            upstream.fail(new ProxyError('rate_limited', 'limited'));
          } else if (each.do === 'head') {
            state.headed = true;
            void upstream.head({ status: each.status });
          } else if (!state.headed) continue;
          else if (each.do === 'send') {
            letter += 1;
            send(upstream, state, `data: ${String.fromCharCode(97 + (letter % 26)).repeat(each.bytes)}\n\n`);
          } else if (each.do === 'end') {
            if (each.done) send(upstream, state, 'data: [DONE]\n\n');
            state.over = 'end';
            upstream.body.finish();
          } else if (each.do === 'break') {
            state.over = 'break';
            upstream.body.fail(new ProxyError('upstream_reset', 'reset'));
          }
        }
      }
      // Everything comes to its end.
      for (let round = 0; round < 50; round++) {
        await turn();
        for (const upstream of rig.upstreams) {
          const [, state] = upstreamOf(rig.upstreams.indexOf(upstream)) ?? [null, null];
          if (state === null || state.over !== null) continue;
          state.headed = true;
          void upstream.head();
          state.over = 'end';
          upstream.body.finish();
        }
        for (const client of clients) {
          if (client.response === null) continue;
          if (!client.attached) client.attach();
          client.full = false;
          client.goOn();
        }
      }
      const texts = [...sent.values()];
      for (const client of clients) {
        // The record of a call that others go on with sees the rest, too.
        const seen = left.has(client) ? client.seen.slice(0, client.text.length) : client.seen;
        expect(seen, 'observers see what the client gets').toBe(client.text);
        expect(texts.some((state) => state.text.startsWith(client.seen))).toBe(true);
        if (client.error !== null) {
          expect(left.has(client) || /limited|reset/.test(client.error.message)).toBe(true);
          continue;
        }
        expect(client.ending, 'every client hears an end').not.toBeNull();
        expect(client.seenEnding, 'and its record once').toMatch(/^(end|gone|given up|reset)$/);
        const { text } = client;
        expect(texts.some((state) => state.text.startsWith(text))).toBe(true);
        if (client.ending !== 'end') continue;
        expect(
          texts.some((state) => state.over === 'end' && state.text === text),
          'whole',
        ).toBe(true);
      }
      const asked = rig.upstreams.length;
      const probe = await joined(rig);
      expect(probe.hit === 'HIT' || rig.upstreams.length > asked, 'no flight is left over').toBe(true);
      const cut = texts.filter(({ over }) => over === 'break').length;
      const hits = clients.filter(({ ending, error }) => error === null && !/^(end|gone|given up)/.test(ending ?? ''));
      expect(cut > 0 || hits.length === 0, 'nobody hears of a break that never was').toBe(true);
    }),
    { numRuns: 1000 },
  );
}, 60_000);
