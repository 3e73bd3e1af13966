import assert from 'node:assert/strict';
import { ANSWERS, call, createGate } from '@helicone-proxy/testkit';
import { HOST_HEADER, NO_SUCH_PAGE } from './hosts.ts';
import type { Session } from './session.ts';

/** What every framework must show, in every version, on every Node. The last one ends the host. */
export interface Case {
  name: string;
  run(session: Session): Promise<void>;
}

const CHAT = '/openai/v1/chat/completions';
const JSON_TYPE = { 'content-type': 'application/json' };
/** Spelled as no encoder does it. */
const BODY = '{ "model":"gpt-5-mini" ,"messages":[], "temperature":1.0e0, "user":"h\\u00e9" }';
const { events, headers: streamHeaders } = ANSWERS.chatStream;
const STREAM_REQUEST = { body: ANSWERS.chatStream.request, headers: JSON_TYPE };

export const CASES: readonly Case[] = [
  {
    name: 'a JSON call and its answer go through byte for byte, behind the headers of the host',
    async run({ provider, call, newestRecord }) {
      const { body, headers } = ANSWERS.chat;
      provider.script = (exchange) => exchange.respond({ headers, framing: 'length' }, [body]);
      const answer = await call(CHAT, { body: BODY, headers: JSON_TYPE }).whole;
      assert.equal(answer.status, 200);
      assert.equal(answer.body.toString('hex'), body.toString('hex'));
      assert.equal(answer.header('content-type'), 'application/json');
      assert.equal(answer.header(HOST_HEADER.name), HOST_HEADER.value);
      const seen = provider.requests.at(-1);
      assert.equal(seen?.body.toString(), BODY);
      assert.equal(seen?.target, '/v1/chat/completions');
      const record = await newestRecord();
      assert.equal(record.response_status, 200);
      assert.equal(record.prompt_tokens, ANSWERS.chat.tokens.prompt_tokens);
    },
  },
  {
    name: 'events are there as they are sent, behind the headers of the host',
    async run({ provider, call, newestRecord }) {
      const gates = events.map(() => createGate());
      provider.script = async (exchange) => {
        await exchange.head({ headers: streamHeaders });
        for (const [at, event] of events.entries()) {
          await gates[at]?.opened;
          await exchange.write(event);
        }
        await exchange.end();
      };
      const streamed = call(CHAT, STREAM_REQUEST);
      const head = await streamed.head;
      assert.equal(head.header('content-type'), 'text/event-stream; charset=utf-8');
      assert.equal(head.header(HOST_HEADER.name), HOST_HEADER.value);
      let bytes = 0;
      for (const [at, event] of events.entries()) {
        gates[at]?.open();
        bytes += event.length;
        assert.equal((await streamed.received(bytes)).length, bytes);
      }
      const { body, complete } = await streamed.whole;
      assert.equal(complete, true);
      assert.equal(body.toString('hex'), ANSWERS.chatStream.body.toString('hex'));
      const { response_status, completion_tokens } = await newestRecord();
      assert.equal(response_status, 200);
      assert.equal(completion_tokens, ANSWERS.chatStream.tokens.completion_tokens);
    },
  },
  {
    name: 'another path is left to the host',
    async run({ host, provider }) {
      const before = provider.requests.length;
      const answer = await call(`${host.origin}/elsewhere`, { body: BODY, headers: JSON_TYPE }).whole;
      assert.deepEqual([answer.status, answer.body.toString()], [404, NO_SUCH_PAGE]);
      assert.equal(provider.requests.length, before);
    },
  },
  {
    name: 'OPTIONS is left to the host',
    async run({ host, provider }) {
      const before = provider.requests.length;
      const answer = await call(`${host.origin}/helicone${CHAT}`, { method: 'OPTIONS' }).whole;
      assert.deepEqual([answer.status, answer.body.toString()], [404, NO_SUCH_PAGE]);
      assert.equal(provider.requests.length, before);
    },
  },
  {
    name: 'a client that leaves takes the upstream call with it, and leaves one record',
    async run({ provider, call, newestRecord }) {
      const [event = Buffer.alloc(0)] = events;
      provider.script = async (exchange) => {
        await exchange.head({ headers: streamHeaders });
        await exchange.write(event);
      };
      const index = provider.requests.length;
      const streamed = call(CHAT, STREAM_REQUEST);
      await streamed.received(event.length);
      const { closed } = provider.connectionOf(await provider.request(index));
      streamed.abort();
      await closed;
      assert.equal((await newestRecord()).outcome, 'client_closed');
    },
  },
  {
    name: 'a stream that breaks off looks broken',
    async run({ provider, call, newestRecord }) {
      const [event = Buffer.alloc(0)] = events;
      const arrived = createGate();
      provider.script = async (exchange) => {
        await exchange.head({ headers: streamHeaders });
        await exchange.write(event);
        await arrived.opened;
        exchange.reset();
      };
      const streamed = call(CHAT, STREAM_REQUEST);
      await streamed.received(event.length);
      arrived.open();
      const { complete, status } = await streamed.whole;
      assert.deepEqual([status, complete], [200, false]);
      assert.equal((await newestRecord()).outcome, 'truncated');
    },
  },
  {
    name: 'what is not there below the prefix is 404 of ours',
    async run({ call, provider }) {
      const before = provider.requests.length;
      const answer = await call('/no-such-provider/v1/models').whole;
      assert.equal(answer.status, 404);
      assert.notEqual(answer.header('x-helicone-error'), undefined);
      assert.equal(answer.header(HOST_HEADER.name), HOST_HEADER.value);
      assert.equal(provider.requests.length, before);
    },
  },
  {
    name: 'REST finds the records',
    async run({ call, newestRecord, recorded }) {
      await newestRecord();
      const body = '{"filter":"all"}';
      const answer = await call('/api/v1/request/query', { body, headers: JSON_TYPE }).whole;
      assert.equal(answer.status, 200);
      const { data, error } = JSON.parse(answer.body.toString()) as { data: unknown[]; error: unknown };
      assert.deepEqual([data.length, error], [recorded, null]);
    },
  },
];
