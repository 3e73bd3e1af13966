// Texts that tokenizers choke on, 1 MB in the request and 1 MB in the answer: js-tiktoken's own class takes minutes for some.
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

/** Of a body, so that with its JSON it is no longer than what is kept. Bytes. */
const TEXT_BYTES = 1_000_000;
/** A record may take 100 ms of the worker's CPU; the estimates of both bodies were measured at 5 to 30 with all cores busy. */
const MAX_CPU_MS = 100;
/** Calls with and without usage, in turn, of which the cheapest count: the rest is what else the machine does. */
const ROUNDS = 3;

let rig: ProxyRig;
let told: boolean;
let text: string;
const workers: Worker[] = [];
const noteWorker = (worker: Worker): void => void workers.push(worker);

beforeAll(async () => {
  process.on('worker', noteWorker);
  const json = { headers: [['content-type', 'application/json']], framing: 'length' } as const;
  rig = await startProxyRig(
    {},
    {
      async script(exchange) {
        // An answer that comes earlier ends the upload.
        await exchange.request.ended;
        await exchange.respond(json, [answer()]);
      },
    },
  );
  // Loads the tokenizer.
  [told, text] = [false, 'hi'];
  await call();
});
afterAll(async () => {
  process.off('worker', noteWorker);
  await rig.close();
});

function answer(): string {
  return JSON.stringify({
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    ...(told ? { usage: { prompt_tokens: 1, completion_tokens: 1 } } : {}),
  });
}

/** Makes a call, and resolves what its record took of the records worker, ms of CPU. */
async function call(): Promise<number> {
  const [worker] = workers;
  const before = await worker?.cpuUsage();
  const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] });
  const { status } = await rig.get(CHAT_PATH, { headers: { 'content-type': 'application/json' }, body });
  expect(status).toBe(200);
  await rig.proxy.flush();
  const { user = 0, system = 0 } = (await worker?.cpuUsage(before)) ?? {};
  return (user + system) / 1000;
}

let state = 1;
/** The same on every run. */
function random(below: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
}

function megabyte(unit: () => string): string {
  const units: string[] = [];
  // Lone surrogates are escaped in JSON: six bytes.
  for (let bytes = 0; ; ) {
    const next = unit();
    bytes += Buffer.byteLength(JSON.stringify(next)) - 2;
    if (bytes > TEXT_BYTES) return units.join('');
    units.push(next);
  }
}

const letter = (first: number, count: number) => () => String.fromCodePoint(first + random(count));

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODE = [
  'const ',
  'x',
  ' = ',
  '(a, b)',
  ' => {\n  ',
  'return ',
  'foo.bar',
  "('baz')",
  ';\n',
  '}\n',
  '// Größe 🙂\n',
  '[0]',
];

test.each<[name: string, unit: () => string]>([
  ['one letter', () => 'a'],
  ['random letters', letter(0x61, 26)],
  ['random capitals', letter(0x41, 26)],
  ['Chinese', letter(0x4e00, 20_000)],
  ['emoji', letter(0x1f300, 700)],
  [
    'letters and Chinese, the dearest that was found',
    () => String.fromCodePoint(random(5) > 0 ? 0x20 + random(95) : 0x4e00 + random(9000)),
  ],
  ['digits', letter(0x30, 10)],
  ['base64', () => BASE64.charAt(random(64))],
  ['code', () => CODE[random(CODE.length)] as string],
  ['spaces', () => ' '],
  ['line ends', () => '\n'],
  ['combining marks', letter(0x300, 100)],
  ['special tokens', () => '<|endoftext|>'],
  ['lone surrogates', () => '\ud83d'],
  ['words', () => ['the ', 'harbour ', 'was ', 'quiet, '][random(4)] as string],
])('1 MB of %s: an estimate, in bounded time', async (_name, unit) => {
  text = megabyte(unit);
  const without: number[] = [];
  const estimated: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    told = true;
    without.push(await call());
    told = false;
    estimated.push(await call());
  }
  const [newest] = await rig.proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1 });
  expect(newest).toMatchObject({ outcome: 'success', usage_source: 'estimated' });
  const { prompt_tokens: input, completion_tokens: output } = newest as {
    prompt_tokens: number;
    completion_tokens: number;
  };
  // A token is at most 128 bytes, and no byte is more than one. The same text counts about the same: the samples differ.
  expect(output).toBeGreaterThan(TEXT_BYTES / 256);
  expect(output).toBeLessThanOrEqual(TEXT_BYTES);
  expect(Math.abs(input / output - 1)).toBeLessThan(0.02);
  expect(Math.min(...estimated) - Math.min(...without)).toBeLessThan(MAX_CPU_MS);
});
