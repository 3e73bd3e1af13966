import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redactable } from '@helicone-proxy/core';
import { get, type Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { answerChat, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';

const folder = temporaryFolders();
const { rig } = startedHere();

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), randomBytes(300_000)]);
const PICTURE = `data:image/png;base64,${PNG.toString('base64')}`;

function asks(text: string): string {
  const content = [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: PICTURE } },
  ];
  return JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
}

/** What is uploaded behind an early answer is not recorded. */
const answerWhenAsked: Script = async (exchange) => {
  await exchange.request.ended;
  await answerChat(exchange);
};

const JSON_TYPE = { 'content-type': 'application/json' };

describe('pictures in recorded bodies', () => {
  test('are kept once, however often they come, and are there again on reading', async () => {
    const file = join(folder(), 'helicone.db');
    const { url, records, rest, proxy } = await rig(
      { records: { store: `sqlite:${file}` } },
      { script: answerWhenAsked },
    );
    for (let n = 0; n < 40; n++) await get(url + CHAT_PATH, { headers: JSON_TYPE, body: asks(`call ${n}`) });
    const all = await records();
    expect(all.map(({ request_body }) => request_body)).toEqual(
      Array.from({ length: 40 }, (_, n) => JSON.parse(asks(`call ${n}`))),
    );
    const [one] = all;
    const link = await rest(`/v1/request/${one?.request_id}/assets/1`);
    const { assetUrl } = link.data as { assetUrl: string };
    const shown = await fetch(assetUrl);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).equals(PNG)).toBe(true);
    await proxy.close();
    // 40 pictures of 300 KB would be 12 MB; base64 of them does not compress below that.
    expect((await stat(file)).size).toBeLessThan(1_000_000);
  });

  test('that an answer streams are kept and rebuilt, too', async () => {
    const script = [
      [
        'image_generation.partial_image',
        { b64_json: PNG.subarray(0, 3000).toString('base64'), partial_image_index: 0 },
      ],
      [
        'image_generation.completed',
        { b64_json: PNG.toString('base64'), usage: { input_tokens: 10, output_tokens: 100, total_tokens: 110 } },
      ],
    ] as const;
    const events = script.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const { url, records } = await rig(
      {},
      {
        script: (exchange) =>
          exchange.respond({ headers: [['content-type', 'text/event-stream']], framing: 'chunked' }, events),
      },
    );
    await get(`${url}/openai/v1/images/generations`, {
      headers: JSON_TYPE,
      body: JSON.stringify({ model: 'gpt-image-1', prompt: 'a fox', stream: true }),
    });
    const [record] = await records();
    expect(record?.response_body).toMatchObject({ data: [{ b64_json: PNG.toString('base64') }] });
  });

  test('that the host’s redaction takes out are kept nowhere', async () => {
    const redact = (record: Redactable): void => {
      record.requestBody = record.requestBody?.replace(/base64,[^"]*/, 'base64,') ?? null;
    };
    const { url, records, proxy } = await rig(
      { records: { store: 'sqlite::memory:', redact } },
      { script: answerWhenAsked },
    );
    await get(url + CHAT_PATH, { headers: JSON_TYPE, body: asks('what is this?') });
    const [record] = await records();
    expect(record?.request_body).toEqual(JSON.parse(asks('what is this?').replace(/base64,[^"]*/, 'base64,')));
    let text = '';
    for await (const piece of proxy.records.export({
      tenant: 'default',
      filter: { kind: 'all' },
      format: 'jsonl',
      bodies: true,
    })) {
      text += Buffer.from(piece).toString();
    }
    expect(text).not.toContain(PNG.toString('base64').slice(100, 200));
  });
});
