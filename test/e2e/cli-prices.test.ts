import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openRecords } from '@helicone-proxy/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHAT_ANSWER, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const MAIN = fileURLToPath(import.meta.resolve('@helicone-proxy/cli')).replace(/index\.js$/, 'main.js');
const run = promisify(execFile);
const { rig } = startedHere();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helicone-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs the command as a process of its own, in the test's folder. */
async function cli(...args: string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await run(process.execPath, [MAIN, ...args], { cwd: folder });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe('prices recompute', () => {
  test('prices records that a running proxy made before their price was known', async () => {
    const { chat, records, rest } = await rig(
      { records: { store: `sqlite:${join(folder, 'helicone.db')}` } },
      {
        script: (exchange) =>
          exchange.respond({ headers: [['content-type', 'application/json']], framing: 'length' }, [
            CHAT_ANSWER.replace('gpt-4o-mini-2024-07-18', 'acme-1'),
          ]),
      },
    );
    await chat({}, CHAT_PATH);
    await chat({}, CHAT_PATH);
    const before = await records();
    expect(before.map(({ cost_usd, price_source }) => [cost_usd, price_source])).toEqual([
      [null, null],
      [null, null],
    ]);

    await writeFile(
      join(folder, 'prices.json'),
      JSON.stringify([{ model: { prefix: 'acme-' }, inputUsdPerMTok: 1, outputUsdPerMTok: 10 }]),
    );
    const args = ['prices', 'recompute', '--store', 'sqlite:helicone.db', '--prices', 'prices.json'];
    // 3 x 1 + 2 x 10 = 23 USD per million, twice
    expect(await cli(...args, '--dry-run')).toEqual({
      code: 0,
      out: '2 records read, 2 would be priced (+0.000046000 USD), 0 still without a price\n',
      err: '',
    });
    expect(await cli(...args)).toMatchObject({
      code: 0,
      out: '2 records read, 2 priced (+0.000046000 USD), 0 still without a price\n',
    });
    const after = await records();
    expect(after.map(({ cost_usd, price_source }) => [cost_usd, price_source])).toEqual([
      [0.000023, 'override'],
      [0.000023, 'override'],
    ]);
    const { data } = await rest('/v1/request/query', { method: 'POST', json: { filter: 'all' } });
    expect(data).toMatchObject([{ costUSD: 0.000023 }, { costUSD: 0.000023 }]);
    expect(await cli(...args)).toMatchObject({
      out: '0 records read, 0 priced (+0.000000000 USD), 0 still without a price\n',
    });
  });

  test('a file that is no database: one line, and it stays as it is', async () => {
    const text = 'not a database. '.repeat(1000);
    await writeFile(join(folder, 'notes.txt'), text);
    const { code, out, err } = await cli('prices', 'recompute', '--store', 'sqlite:notes.txt');
    expect({ code, out, lines: err.split('\n').length }).toEqual({ code: 1, out: '', lines: 2 });
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe(text);
  });

  test('delivers no webhooks: they are the proxy’s', async () => {
    const store = `sqlite:${join(folder, 'helicone.db')}`;
    const records = openRecords({ records: { store } });
    const now = Date.now();
    const to = { destination: 'https://127.0.0.1:9/hook', hmacKey: 'k', sampleRate: 100, propertyFilters: [] };
    const delivery = {
      ...{ tenant: 'default', kind: 'delivery', id: 'r-1/w-1', dueAt: now, createdAt: now },
      value: JSON.stringify({ webhook: 'w-1', tries: 0, payload: '{}' }),
    };
    const webhook = { ...delivery, kind: 'webhook', id: 'w-1', dueAt: null, value: JSON.stringify(to) };
    await records.documents.put([webhook, delivery]);
    await records.close();
    expect(await cli('prices', 'recompute', '--store', store, '--dry-run')).toMatchObject({ code: 0, err: '' });
    const again = openRecords({ records: { store } });
    expect(await again.documents.get('default', 'delivery', [delivery.id])).toEqual([delivery]);
    await again.close();
  });

  test.each([
    ['a file that is not there', ['--store', 'sqlite:none.db'], '--store: there are no records at sqlite:none.db'],
    ['a database in memory', ['--store', 'sqlite::memory:'], '--store: there are no records at sqlite::memory:'],
    ['no database at all', [], '--store: there are no records at sqlite:.helicone/helicone.db'],
    ['a time that is none', ['--store', 'sqlite:there.db', '--from', 'yesterday'], '--from: "yesterday" is not'],
    ['a number', ['--store', 'sqlite:there.db', '--to', '5'], '--to: "5" is not'],
    ['a day that is none', ['--store', 'sqlite:there.db', '--to', '2026-13-01'], '--to: "2026-13-01" is not'],
    ['prices that are not there', ['--store', 'sqlite:there.db', '--prices', 'none.json'], '--prices: ENOENT'],
    ['prices that are no JSON', ['--store', 'sqlite:there.db', '--prices', 'there.db'], 'is not JSON'],
    ['prices that are no list', ['--store', 'sqlite:there.db', '--prices', 'object.json'], 'must hold a JSON array'],
    ['a price that is none', ['--store', 'sqlite:there.db', '--prices', 'wrong.json'], 'prices[0]'],
  ])('%s', async (_, args, message) => {
    await writeFile(join(folder, 'there.db'), '');
    await writeFile(join(folder, 'object.json'), '{}');
    await writeFile(join(folder, 'wrong.json'), '[{"model":"m","inputUsdPerMTok":-1,"outputUsdPerMTok":1}]');
    const { code, out, err } = await cli('prices', 'recompute', ...args);
    expect({ code, out, lines: err.split('\n').length }).toEqual({ code: 2, out: '', lines: 2 });
    expect(err).toContain(message);
  });

  test('whoever reads may have gone', async () => {
    const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (bytes) => {
      err += bytes;
    });
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, '']);
  });

  test('an option that does not exist, and help', async () => {
    expect(await cli('prices', 'recompute', '--dry')).toMatchObject({ code: 2, out: '' });
    expect(await cli('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('prices') });
  });
});
