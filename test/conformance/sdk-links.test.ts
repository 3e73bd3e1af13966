import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import type { Exchange } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';
import { media } from './surface/answer.js';

const JSON_HEADERS = [['content-type', 'application/json']] as const;

const BATCH = { id: 'msgbatch_1', type: 'message_batch', processing_status: 'ended' };
const RESULTS = ['first', 'zweite — 二'].map((id) => ({ custom_id: id, result: { type: 'expired' } }));
const RESULTS_PATH = '/v1/messages/batches/msgbatch_1/results';

/** A batch names the address of its results, as Anthropic does: the provider's own. */
async function answerBatch(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  if (request.target === RESULTS_PATH) {
    const lines = RESULTS.map((result) => `${JSON.stringify(result)}\n`);
    return exchange.respond({ headers: [['content-type', 'application/x-jsonl']] }, lines);
  }
  const results_url = `http://${request.header('host')}${RESULTS_PATH}`;
  await exchange.respond({ headers: JSON_HEADERS }, [JSON.stringify({ ...BATCH, results_url })]);
}

const CONTENT = media(300_000);
const FILE = {
  name: 'files/abc',
  mimeType: 'application/octet-stream',
  sizeBytes: String(CONTENT.length),
  state: 'ACTIVE',
};

/** A resumable upload: the first answer names the address that the bytes go to. */
async function answerUpload(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  await request.ended;
  if (request.header('x-goog-upload-command') === 'start') {
    const address = `http://${request.header('host')}/upload/v1/files?upload_id=AAbb-1&upload_protocol=resumable`;
    const headers = [...JSON_HEADERS, ['x-goog-upload-url', address], ['x-goog-upload-status', 'active']] as const;
    return exchange.respond({ headers, framing: 'length' }, ['{}']);
  }
  const headers = [...JSON_HEADERS, ['x-goog-upload-status', 'final']] as const;
  await exchange.respond({ headers, framing: 'length' }, [JSON.stringify({ file: FILE })]);
}

async function uploadThrough(session: Session): Promise<void> {
  const google = new GoogleGenAI({
    apiKey: 'AIza-test',
    httpOptions: { baseUrl: `${session.url}/google`, headers: { 'Helicone-User-Id': 'ada' } },
  });
  session.sentBesides(2);
  const file = await google.files.upload({
    file: new Blob([CONTENT], { type: FILE.mimeType }),
    config: { displayName: 'bytes' },
  });
  expect(file).toMatchObject(FILE);
}

describe.each(HOSTS)('$name: addresses that providers name in their answers', (host) => {
  test('results of a message batch come from the address that the batch names, past the proxy', async () => {
    await withSession(host, { script: answerBatch }, async (session) => {
      const anthropic = new Anthropic({ apiKey: 'sk-ant-test', baseURL: `${session.url}/anthropic` });
      session.sentBesides(1);
      const results: unknown[] = [];
      for await (const result of await anthropic.messages.batches.results('msgbatch_1')) results.push(result);
      expect(results).toEqual(RESULTS);
      expect(session.provider.requests.map(({ target }) => target)).toEqual([
        '/v1/messages/batches/msgbatch_1',
        RESULTS_PATH,
      ]);
      expect(await session.records()).toMatchObject([{ request_path: '/v1/messages/batches/msgbatch_1' }]);
    });
  });

  // The SDK puts the host of its base URL into the address that it is given, but not the path.
  test('a resumable upload of Google’s goes through the proxy', async () => {
    const options = ({ origin }: { origin: string }) => ({ providers: { google: { baseUrl: origin } } });
    await withSession(host, { script: answerUpload, options }, async (session) => {
      await uploadThrough(session);
      const [start, upload] = session.provider.requests;
      expect(start?.target).toBe('/upload/v1/files');
      expect(upload?.target).toBe('/upload/v1/files?upload_id=AAbb-1&upload_protocol=resumable');
      expect(upload?.body.equals(CONTENT)).toBe(true);
      expect(upload?.headerNames.filter((name) => name.startsWith('helicone-'))).toEqual([]);
    });
  });
});
