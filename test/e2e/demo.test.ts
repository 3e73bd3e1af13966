import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { type ChildApp, startChildApp } from './child-app.js';

const DEMO = new URL('../../examples/demo/main.ts', import.meta.url);
const COLUMNS = [
  'time',
  'provider',
  'model',
  'stream',
  'status',
  'outcome',
  'prompt',
  'cached',
  'completion',
  'latency ms',
  'first token ms',
  'cost',
];

let folder: string;
let app: ChildApp | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helicone-demo-test-'));
});
afterEach(async () => {
  app?.kill('SIGKILL');
  await app?.exited;
  app = null;
  await rm(folder, { recursive: true, force: true });
});

type Row = Record<string, string>;

/** The rows of the printed table: columns stand where the line of dashes says. */
function tableIn(output: string): Row[] {
  const lines = output.split('\n');
  const dashes = lines.findIndex((line) => /^-+( {2}-+)+$/.test(line));
  const places = [...(lines[dashes] ?? '').matchAll(/-+/g)].map(({ index, 0: { length } }) => [index, index + length]);
  const cells = (line: string): string[] => places.map(([from, to]) => line.slice(from, to).trim());
  const titles = cells(lines[dashes - 1] ?? '');
  const end = lines.indexOf('', dashes);
  return lines
    .slice(dashes + 1, end)
    .map((line) => Object.fromEntries(cells(line).map((cell, i) => [titles[i], cell])));
}

test('--once: exits 0, and the table has costs for OpenAI and Anthropic, streamed and plain', async () => {
  const child = startChildApp(DEMO, { args: ['--once'], cwd: folder });
  app = child;
  const { code } = await within(30_000, 'the demo ends', child.exited);
  expect({ code, output: child.output() }).toMatchObject({ code: 0 });
  const rows = tableIn(child.output());
  expect(Object.keys(rows[0] ?? {})).toEqual(COLUMNS);
  for (const provider of ['openai', 'anthropic']) {
    for (const stream of ['yes', 'no']) {
      const costs = rows.filter(
        (row) => row.provider === provider && row.stream === stream && row.outcome === 'success',
      );
      expect(costs.length).toBeGreaterThan(0);
      for (const row of costs) {
        expect(row.cost, JSON.stringify(row)).toMatch(/^\$\d+\.\d{6,}$/);
        expect(Number(row.cost?.slice(1)), JSON.stringify(row)).toBeGreaterThan(0);
      }
      const firstTokens = costs.map((row) => row['first token ms']);
      if (stream === 'no') expect(new Set(firstTokens)).toEqual(new Set(['-']));
      else for (const row of costs) expect(Number(row['first token ms'])).toBeLessThan(Number(row['latency ms']));
    }
  }
  expect(rows.filter((row) => row.outcome === 'upstream_error')).toMatchObject([
    { status: '404', prompt: '-', completion: '-', cost: '-' },
  ]);
  // 10 words in, 12 out: 10 x 0.15 + 12 x 0.60 = 8.7 USD per million
  expect(rows[0]).toMatchObject({
    model: 'gpt-4o-mini',
    stream: 'no',
    prompt: '10',
    completion: '12',
    cost: '$0.0000087',
  });
  expect(child.output()).toMatch(
    /^total: 14 calls, 1 failed, [\d,]+ prompt tokens, [\d,]+ completion tokens, \$0\.\d+/m,
  );
  expect(child.output()).not.toMatch(/\de[-+]\d/);
  expect(await readdir(folder)).toEqual([]);
}, 40_000);

test('without --once it stays up, answers at the addresses that it prints, and ends cleanly on SIGINT', async () => {
  const child = startChildApp(DEMO, { cwd: folder });
  app = child;
  await child.printed(/Ctrl-C/);
  const [, healthz = ''] = await child.printed(/curl -s (http:\S+healthz)/);
  expect(await (await fetch(healthz)).json()).toEqual({ status: 'ok' });
  const [, query = '', body = ''] = await child.printed(/curl -s (http:\S+\/request\/query) .* -d '(.*)'/);
  const answer = await fetch(query, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await answer.json()).toMatchObject({
    error: null,
    data: Array.from({ length: 5 }, () => ({ tenant: 'default' })),
  });
  child.kill('SIGINT');
  expect(await within(15_000, 'the demo ends', child.exited)).toEqual({ code: 0, signal: null });
  expect(await readdir(join(folder, '.helicone'))).toContain('demo.db');
}, 60_000);
