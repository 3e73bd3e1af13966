import { Agent } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  ANSWERS,
  type Answer,
  type AnswerHead,
  chunkBytes,
  type Exchange,
  get,
  headBytes,
  inPieces,
  type Received,
  splitAt,
  turn,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { inParallel } from '../rig/in-parallel.js';
import { within } from '../rig/until.js';
import { HOSTS, type Host, NEWEST_HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';

const PARALLEL = 24;
/** A byte per turn of the event loop takes its time among so many others. */
const CALL_MS = 30_000;
const GZIP_OFFSETS = 200;
const PAGE = 1000;
/** Cuts through the framing are the HTTP parser's business more than ours: every third offset. */
const PACKET_STEP = 3;
/** Full coverage runs over the first host; the others write with the same code, so a sample of the offsets is enough. */
const SAMPLE_STEP = 41;

/** `packets`: a chunk for each event, and the cut goes through all bytes, the head and the framing included. */
type Framing = 'chunked' | 'length' | 'packets';

/** How one answer is sent; it travels in a header of the request, so that many can be under way at once. */
interface Plan {
  answer: keyof typeof ANSWERS;
  framing: Framing;
  gzip: boolean;
  /** Offset of the cut; 0 means a packet per byte. */
  cut: number;
}

function encoded({ answer, gzip }: Plan): Buffer {
  const { body } = ANSWERS[answer];
  if (!gzip) return body;
  const known = zipped.get(answer) ?? gzipSync(body);
  zipped.set(answer, known);
  return known;
}

const zipped = new Map<string, Buffer>();

async function answerByPlan(exchange: Exchange): Promise<void> {
  const plan = JSON.parse(exchange.request.header('x-plan') as string) as Plan;
  const body = encoded(plan);
  const { headers } = ANSWERS[plan.answer];
  await exchange.request.ended;
  if (plan.framing === 'packets') {
    for (const packet of cutUp(wireBytes(plan), plan.cut)) {
      await exchange.raw(packet);
      await turn();
    }
    return;
  }
  const head: AnswerHead = { framing: plan.framing, headers };
  if (plan.gzip) head.headers = [...headers, ['content-encoding', 'gzip']];
  await exchange.respond(head, cutUp(body, plan.cut));
}

function cutUp(bytes: Uint8Array, cut: number): Uint8Array[] {
  return cut === 0 ? inPieces(bytes, 1) : splitAt(bytes, cut);
}

function wireBytes({ answer }: Plan): Buffer {
  const { headers, events, body } = ANSWERS[answer];
  const chunks = (events.length > 0 ? events : [body]).map(chunkBytes);
  return Buffer.concat([headBytes({ headers }), ...chunks, Buffer.from('0\r\n\r\n')]);
}

function plansOf(name: keyof typeof ANSWERS, step: number): Plan[] {
  const plans: Plan[] = [];
  const framings: Framing[] =
    ANSWERS[name].events.length > 0 ? ['chunked', 'packets'] : ['chunked', 'length', 'packets'];
  for (const framing of framings) {
    for (const gzip of framing === 'packets' ? [false] : [false, true]) {
      const whole: Plan = { answer: name, framing, gzip, cut: 0 };
      const { length } = framing === 'packets' ? wireBytes(whole) : encoded(whole);
      const last = gzip ? Math.min(GZIP_OFFSETS, length - 1) : length - 1;
      plans.push(whole);
      const each = framing === 'packets' ? PACKET_STEP * step : step;
      for (let cut = 1; cut <= last; cut += each) plans.push({ ...whole, cut });
    }
  }
  return plans;
}

/** Headers that belong to one connection, or that the proxy is meant to add to on streams. */
const NOT_COMPARED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'cache-control']);

function expectSame(proxied: Received, direct: Received, plan: Plan): void {
  const what = JSON.stringify(plan);
  expect(proxied.complete, what).toBe(true);
  expect(proxied.status, what).toBe(direct.status);
  if (!proxied.body.equals(direct.body))
    expect(proxied.body.toString('latin1'), what).toBe(direct.body.toString('latin1'));
  for (const [name, value] of direct.rawHeaders) {
    if (!NOT_COMPARED.has(name)) expect(proxied.header(name), `${name} of ${what}`).toBe(value);
  }
  const length = proxied.header('content-length');
  if (length !== undefined) expect(length, what).toBe(String(direct.body.length));
}

async function compareAll(session: Session, name: keyof typeof ANSWERS, plans: Plan[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const answer: Answer = ANSWERS[name];
  const options = (plan: Plan) => ({
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip', 'x-plan': JSON.stringify(plan) },
    body: answer.request,
    agent,
  });
  const directs = new Map<string, Received>();
  for (const plan of plans.filter(({ cut }) => cut === 0)) {
    directs.set(`${plan.framing} ${plan.gzip}`, await get(session.provider.origin + answer.path, options(plan)));
  }
  await inParallel(plans, PARALLEL, async (plan) => {
    const direct = directs.get(`${plan.framing} ${plan.gzip}`) as Received;
    const proxied = await within(
      CALL_MS,
      JSON.stringify(plan),
      session.get(`/${answer.provider}${answer.path}`, options(plan)),
    );
    expectSame(proxied, direct, plan);
  });
  agent.destroy();
}

/** However the bytes came: each record has read the same from them. */
async function expectRecords(session: Session, name: keyof typeof ANSWERS, calls: number): Promise<void> {
  const { tokens, model, finishReason, body } = ANSWERS[name];
  const facts = { ...tokens, model, finish_reason: finishReason, outcome: 'success', truncated: false };
  await session.settle();
  for (let offset = 0; offset < calls; offset += PAGE) {
    const query = { tenant: 'default', filter: { kind: 'all' as const }, limit: PAGE, offset };
    for (const record of await session.proxy.records.query(query)) {
      expect(record).toMatchObject(facts);
      expect([body.length, zipped.get(name)?.length]).toContain(record.response_bytes);
    }
  }
}

describe.each(NEWEST_HOSTS)('$name: what comes through is what the provider sent, byte for byte', (host: Host) => {
  const step = host === HOSTS[0] ? 1 : SAMPLE_STEP;
  const names = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];
  test.each(names)('A1 S3 L1 %s, cut at each offset', { timeout: 60_000 }, async (name) => {
    const plans = plansOf(name, step);
    await withSession(host, { script: answerByPlan, fresh: true }, async (session) => {
      await compareAll(session, name, plans);
      await expectRecords(session, name, plans.length);
    });
  });
});
