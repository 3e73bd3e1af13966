import { ANSWERS, type Exchange, sendRaw } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS } from './hosts.js';
import { withSession } from './session.js';

const { headers, body } = ANSWERS.chat;

describe.concurrent.each(HOSTS)('$name: answers without a body, and before the answer', (host) => {
  test('A9 L1 HEAD: the headers of the answer that GET would have, and no body', async () => {
    const script = (exchange: Exchange) => exchange.head({ headers, framing: 'length', length: 1234 });
    await withSession(host, { script }, async (session) => {
      const answer = await within(10_000, 'the answer', session.get('/openai/v1/models', { method: 'HEAD' }));
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(answer.header('content-length')).toBe('1234');
      expect(answer.header('openai-organization')).toBe('org-Rt0qjVyDrBn');
      expect(answer.body.length).toBe(0);
      expect((await session.provider.request(0)).method).toBe('HEAD');
    });
  });

  test.each([204, 304])('A10 L1 %i has no body, and the connection goes on', async (status) => {
    const script = (exchange: Exchange) =>
      exchange.respond({ status, reason: 'x', headers: [['etag', '"v1"']], framing: 'none' });
    await withSession(host, { script }, async (session) => {
      const { origin, pathname } = new URL(session.url);
      const request = `GET ${pathname}/openai/v1/models HTTP/1.1\r\nhost: x\r\n`;
      // Both requests over one connection: bytes of a body that must not be there would stand before the second answer.
      const raw = sendRaw(origin, `${request}\r\n${request}connection: close\r\n\r\n`);
      const text = (await within(10_000, 'the answers', raw)).bytes.toString('latin1');
      const answers = text.split(/(?=HTTP\/1\.1 )/);
      expect(answers).toHaveLength(2);
      for (const answer of answers) {
        expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
        expect(answer).toContain('etag: "v1"');
        expect(answer.toLowerCase()).not.toContain('transfer-encoding');
        expect(answer.endsWith('\r\n\r\n')).toBe(true);
        expect(answer.indexOf('\r\n\r\n')).toBe(answer.length - 4);
      }
      session.sentBesides(2);
    });
  });

  test('A10 L1 an empty body with a length, chunked, and closed', async () => {
    for (const framing of ['length', 'chunked', 'close'] as const) {
      const script = (exchange: Exchange) => exchange.respond({ headers, framing }, []);
      await withSession(host, { script }, async (session) => {
        const answer = await within(10_000, framing, session.get('/openai/v1/models'));
        expect(answer).toMatchObject({ status: 200, complete: true });
        expect(answer.body.length).toBe(0);
      });
    }
  });

  test('A10 L1 informational answers before the answer do not disturb it', async () => {
    const script = async (exchange: Exchange): Promise<void> => {
      await exchange.raw('HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n');
      await exchange.raw('HTTP/1.1 102 Processing\r\n\r\n');
      await exchange.respond({ headers }, [body]);
    };
    await withSession(host, { script }, async (session) => {
      const call = session.call('/openai/v1/chat/completions', { body: ANSWERS.chat.request });
      const answer = await within(10_000, 'the answer', call.whole);
      expect(answer.status).toBe(200);
      expect(answer.body.equals(body)).toBe(true);
    });
  });

  test('A2 L1 statuses and reasons of all kinds are passed on with their bodies', async () => {
    const script = (exchange: Exchange) => {
      const status = Number(exchange.request.target.slice('/v1/'.length));
      return exchange.respond({ status, reason: 'Whatever', headers, framing: 'length' }, [body]);
    };
    await withSession(host, { script }, async (session) => {
      for (const status of [201, 202, 206, 301, 307, 400, 401, 404, 418, 422, 429, 500, 503, 529, 599]) {
        const answer = await within(10_000, String(status), session.get(`/openai/v1/${status}`));
        expect(answer.status).toBe(status);
        expect(answer.body.equals(body)).toBe(true);
      }
      const records = await session.records();
      for (const record of records) {
        expect(record.outcome, String(record.response_status)).toBe(
          record.response_status < 400 ? 'success' : 'upstream_error',
        );
      }
    });
  });
});
