import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ANSWERS, createGate } from '@helicone-proxy/testkit';
import type { Load } from './load.ts';
import { allRecords, type Session } from './session.ts';

/** Ends the host while a stream runs: the stream is finished, and every record is in the file. */
export async function closeWhileStreaming({ host, provider, call, database, recorded }: Session, load: Load) {
  const { events, headers, body, path, request } = ANSWERS.chatStream;
  const [first = Buffer.alloc(0), ...rest] = events;
  const closing = createGate();
  provider.script = async (exchange) => {
    await exchange.head({ headers });
    await exchange.write(first);
    await closing.opened;
    for (const event of rest) await exchange.write(event);
    await exchange.end();
  };
  const streamed = call(`/openai${path}`, { body: request, headers: { 'content-type': 'application/json' } });
  await streamed.received(first.length);
  const closed = host.close();
  closing.open();
  const answer = await streamed.whole;
  assert.deepEqual([answer.complete, answer.body.toString('hex')], [true, body.toString('hex')]);
  await closed;
  // A store that was closed leaves no journal beside its file.
  assert.deepEqual(await readdir(dirname(database)), [basename(database)]);

  const { heliconeProxy } = await load<typeof import('@helicone-proxy/node')>('@helicone-proxy/node');
  const { proxy } = heliconeProxy({ records: { store: `sqlite:${database}` } });
  const records = await allRecords(proxy);
  await proxy.close();
  assert.equal(records.length, recorded + 1);
  assert.equal(records[0]?.completion_tokens, ANSWERS.chatStream.tokens.completion_tokens);
}
