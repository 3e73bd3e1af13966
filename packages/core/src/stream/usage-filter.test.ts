import { describe, expect, test } from 'vitest';
import type { ByteStream } from '../contract.js';
import { UpstreamBody } from './upstream-body.js';
import { usageFilter } from './usage-filter.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** As OpenAI streams with the option on: `usage: null` in every chunk, then the extra chunk. */
function chunk(rest: string): string {
  return `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-5-mini",${rest}}`;
}
const FIRST = chunk('"choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null');
const SECOND = chunk(
  '"choices":[{"index":0,"delta":{"content":"hé €👋 \\"usage\\":{} \\"choices\\":[]"}}],"usage":null',
);
const FINISH = chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null');
const USAGE = chunk('"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}');
const DONE = 'data: [DONE]';

const all = (end: string): string[] => [': PROCESSING', FIRST, SECOND, FINISH, USAGE, DONE].map((e) => e + end + end);

interface Run {
  client: string;
  log: string[];
  seen: string;
  source: string[];
  goOn(): void;
  body: UpstreamBody;
  filtered: ByteStream;
}

/** An upstream body behind the filter, with a client attached that is full after each write when `full`. */
function run(full = false): Run {
  const source: string[] = [];
  const body = new UpstreamBody(
    {
      pause: () => source.push('pause'),
      resume: () => source.push('resume'),
      abort: (reason) => source.push(`abort ${reason.message}`),
    },
    (error) => Buffer.from(`[source ${error.message}]`),
  );
  const filtered = usageFilter(body, (error) => Buffer.from(`[ours ${error.message}]`));
  const state: Run = { client: '', log: [], seen: '', source, goOn: () => {}, body, filtered };
  const seen: Uint8Array[] = [];
  filtered.observe({
    chunk: (bytes) => seen.push(bytes),
    end: () => {
      state.seen = Buffer.concat(seen).toString();
    },
  });
  const written: Uint8Array[] = [];
  state.goOn = filtered.attach({
    write(bytes) {
      written.push(bytes);
      state.client = Buffer.concat(written).toString();
      state.log.push(`write ${bytes.length}`);
      return !full;
    },
    end: () => state.log.push('end'),
    fail: (error, last) => state.log.push(`fail ${error.message} ${last === null ? 'silently' : Buffer.from(last)}`),
  });
  return state;
}

/** What the client gets of a stream that arrives in these pieces, one turn each. */
async function clientOf(...pieces: (string | Uint8Array)[]): Promise<Run> {
  const state = run();
  for (const piece of pieces) {
    state.body.push(Buffer.from(piece as string));
    await null;
  }
  state.body.finish();
  await turn();
  return state;
}

describe.each(['\n', '\r\n', '\r'])('a stream with line ends %j', (end) => {
  const events = all(end);
  const bytes = Buffer.from(events.join(''));
  const wanted = events.filter((event) => !event.includes(USAGE)).join('');

  test('loses its usage event at every split, and observers see all of it', async () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { client, log, seen } = await clientOf(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(client, `cut at ${cut}`).toBe(wanted);
      expect(log.at(-1)).toBe('end');
      expect(seen).toBe(bytes.toString());
    }
  });

  test('also when it comes byte by byte', async () => {
    const { client } = await clientOf(...[...bytes].map((byte) => Uint8Array.of(byte)));
    expect(client).toBe(wanted);
  });

  test('also when it is iterated', async () => {
    for (let cut = 0; cut <= bytes.length; cut += 7) {
      const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
      body.push(bytes.subarray(0, cut));
      const got: Uint8Array[] = [];
      const reading = (async () => {
        for await (const piece of usageFilter(body, () => null)) got.push(piece);
      })();
      await turn();
      body.push(bytes.subarray(cut));
      body.finish();
      await reading;
      expect(Buffer.concat(got).toString()).toBe(wanted);
    }
  });

  test('cut anywhere: the client sees whole events, then the last one of ours', async () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const state = run();
      state.body.push(bytes.subarray(0, cut));
      await turn();
      state.body.fail(new Error('cut'));
      expect(state.log.at(-1), `cut at ${cut}`).toMatch(/^fail cut \[(source|ours) cut\]$/);
      expect(wanted.startsWith(state.client)).toBe(true);
      expect(state.client, 'a split CRLF ends at its CR').toMatch(/^$|[\r\n]$/);
    }
  });
});

describe('what goes through', () => {
  test.each([
    ['an empty choices without usage', chunk('"choices":[],"prompt_filter_results":[{"prompt_index":0}]')],
    ['an empty choices with usage null', chunk('"choices":[],"usage":null')],
    ['usage beside a choice', chunk('"choices":[{"index":0,"delta":{}}],"usage":{"total_tokens":1}')],
    ['usage without choices', 'data: {"usage":{"total_tokens":1}}'],
    ['both inside something else', 'data: {"a":{"choices":[],"usage":{}}}'],
    ['both in a text', 'data: {"text":"{\\"choices\\":[],\\"usage\\":{}}"}'],
    ['data that is no JSON', 'data: "choices":[] "usage":{}'],
    ['a comment that looks like it', `: {"choices":[],"usage":{}}`],
  ])('%s', async (_what, event) => {
    const text = `${event}\n\n${DONE}\n\n`;
    expect((await clientOf(text)).client).toBe(text);
  });

  test.each([
    ['printed with spaces', 'data: {"usage" : {"total_tokens":1} , "choices" : [ ] }'],
    ['over several data lines', 'data: {"choices":[],\ndata: "usage":{}}'],
    ['with an event name, an id and a comment inside', 'event: x\nid: 1\n: c\ndata:{"choices":[],"usage":{}}'],
  ])('not: a usage event %s', async (_what, event) => {
    expect((await clientOf(`${FIRST}\n\n${event}\n\n`)).client).toBe(`${FIRST}\n\n`);
  });

  test('a comment before a usage event stays', async () => {
    expect((await clientOf(`: beat\n${USAGE}\n\n${DONE}\n\n`)).client).toBe(`: beat\n${DONE}\n\n`);
  });

  test('a usage event at the end, without [DONE] and without its blank line, is hidden too', async () => {
    expect((await clientOf(`${FINISH}\n\n${USAGE}\n\n`)).client).toBe(`${FINISH}\n\n`);
    expect((await clientOf(`${FINISH}\n\n${USAGE}`)).client).toBe(`${FINISH}\n\n`);
    expect((await clientOf(`${FINISH}\n\n${USAGE}\n`)).client).toBe(`${FINISH}\n\n`);
  });

  test('an unfinished event at the end of a stream that ended', async () => {
    expect((await clientOf(`${FINISH}\n\n`, 'data: {"half')).client).toBe(`${FINISH}\n\ndata: {"half`);
  });

  test('an empty stream', async () => {
    expect((await clientOf()).log).toEqual(['end']);
  });
});

describe('delivery', () => {
  test('what came as one chunk is one write, and a chunk of wanted events is not copied', async () => {
    const written: Uint8Array[] = [];
    const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
    usageFilter(body, () => null).attach({ write: (bytes) => written.push(bytes) > 0, end() {}, fail() {} });
    const wanted = Buffer.from(`${FIRST}\n\n${SECOND}\n\n`);
    body.push(wanted);
    await turn();
    expect(written).toHaveLength(1);
    expect(written[0]?.buffer).toBe(wanted.buffer);
    expect(written[0]).toEqual(wanted);
    body.push(Buffer.from(`${FINISH}\n\n${USAGE}\n\n${DONE}\n\n`));
    await turn();
    expect(written).toHaveLength(2);
  });

  test('a heartbeat is not held', async () => {
    const state = run();
    state.body.push(Buffer.from(': ping\n'));
    await turn();
    expect(state.client).toBe(': ping\n');
  });

  test('an event longer than a MiB goes through as it comes, and the filter works behind it', async () => {
    const long = chunk(`"choices":[],"usage":{"x":"${'y'.repeat(5_000_000)}"}`);
    const bytes = Buffer.from(`${long}\n\n${USAGE}\n\n${DONE}\n\n`);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 65_536) pieces.push(bytes.subarray(at, at + 65_536));
    const { client, log } = await clientOf(...pieces);
    expect(client === `${long}\n\n${DONE}\n\n`).toBe(true);
    expect(log.length).toBeGreaterThan(50);
    const whole = await clientOf(bytes);
    expect(whole.client === client).toBe(true);
  });

  test('a break inside an event that is too long to be held is silent', async () => {
    const state = run();
    state.body.push(Buffer.from(`data: ${'x'.repeat(2_000_000)}`));
    await turn();
    state.body.fail(new Error('cut'));
    expect(state.log).toEqual(['write 2000006', 'fail cut silently']);
  });

  test('a full client holds the upstream back, and goes on where it was', async () => {
    const state = run(true);
    state.body.push(Buffer.from(`${FIRST}\n\n`));
    await turn();
    state.body.push(Buffer.alloc(64 * 1024, 'x'));
    expect(state.source).toEqual(['pause']);
    expect(state.client).toBe(`${FIRST}\n\n`);
    state.goOn();
    // All of it is held: the client has room, so the upstream goes on.
    expect(state.client).toBe(`${FIRST}\n\n`);
    expect(state.source).toEqual(['pause', 'resume']);
    state.body.push(Buffer.from(`\n\n${USAGE}\n\n${DONE}\n\n`));
    state.body.finish();
    await turn();
    expect(state.client).toBe(`${FIRST}\n\n${'x'.repeat(64 * 1024)}\n\n${DONE}\n\n`);
    expect(state.log.at(-1)).toBe('end');
  });

  test('one that is given up closes its upstream', () => {
    const state = run();
    state.filtered.cancel(new Error('enough'));
    expect(state.source).toEqual(['abort enough']);
  });

  test('leaving an iteration closes its upstream', async () => {
    const source: string[] = [];
    const body = new UpstreamBody({ pause() {}, resume() {}, abort: () => source.push('abort') }, () => null);
    body.push(Buffer.from(`${FIRST}\n\n`));
    for await (const _ of usageFilter(body, () => null)) break;
    expect(source).toEqual(['abort']);
  });

  test('what breaks it is thrown by an iteration', async () => {
    const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
    body.push(Buffer.from('data: half'));
    body.fail(new Error('cut'));
    const reading = (async () => {
      for await (const _ of usageFilter(body, () => null)) expect.unreachable();
    })();
    await expect(reading).rejects.toThrow('cut');
  });

  test('it is consumed once', () => {
    const state = run();
    expect(() => state.filtered.attach({ write: () => true, end() {}, fail() {} })).toThrow('consumed once');
  });
});
