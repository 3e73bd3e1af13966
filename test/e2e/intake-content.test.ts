// What a log says becomes the row; what it says wrong is refused, with the place.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { KEYS, LOG, only, RESPONSE, type Sending, said, send } from './intake-client.js';

const started = startedHere();

const LONG_ANSWER = { object: 'response', model: 'gpt-4o-mini', instructions: 'x'.repeat(70_000), output: [] };
const LONG_STREAM = [
  { type: 'response.created', response: { ...LONG_ANSWER, status: 'in_progress' } },
  {
    type: 'response.completed',
    response: { ...LONG_ANSWER, status: 'completed', usage: { input_tokens: 10, output_tokens: 5 } },
  },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

describe('what a log says', () => {
  const cases: [name: string, log: object, row: object][] = [
    [
      'times of two parts',
      {
        timing: {
          startTime: { seconds: 1_780_000_000, milliseconds: 250 },
          endTime: { seconds: 1_780_000_001, milliseconds: 750.5 },
          timeToFirstToken: 99.5,
        },
      },
      { request_created_at: '2026-05-28T20:26:40.250Z', delay_ms: 1500.5, time_to_first_token: 99.5 },
    ],
    ['no times: how long it took is not made up', {}, { delay_ms: 0, time_to_first_token: null }],
    ['a first token that is none', { timing: { timeToFirstToken: '12' } }, { time_to_first_token: null }],
    ['a first token that was rounded away', { timing: { timeToFirstToken: 0 } }, { time_to_first_token: null }],
    ['its cost', { providerResponse: { ...RESPONSE, cost: 0.0125 } }, { cost_usd: 0.0125, price_source: 'intake' }],
    ['a cost of 0', { providerResponse: { ...RESPONSE, cost: 0 } }, { cost_usd: 0, price_source: 'intake' }],
    [
      'that it was cancelled',
      { providerResponse: { status: -3, textBody: 'data: {"choices":[{"index":0,"delta":{"content":"H"}}]}\n\n' } },
      { response_status: -3, outcome: 'client_closed', error: 'client_closed', truncated: true, stream: true },
    ],
    [
      'that it was cancelled, behind the end of its answer',
      { providerResponse: { status: -3, json: RESPONSE.json, textBody: 'data: {"choices":[]}\n\ndata: [DONE]\n\n' } },
      { response_status: -3, outcome: 'client_closed', truncated: false },
    ],
    [
      'that it timed out',
      { providerResponse: { status: -1 } },
      { response_status: -1, outcome: 'timeout', error: 'upstream_timeout', response_body: null },
    ],
    [
      'that it failed, with a stack',
      { providerResponse: { status: 500, json: {}, textBody: 'Error: boom\n    at file.ts:1\n\npartial' } },
      {
        response_status: 500,
        outcome: 'upstream_error',
        error: 'Error: boom',
        response_body: 'Error: boom\n    at file.ts:1\n\npartial',
      },
    ],
    [
      'that it failed, in a way of its own',
      { providerRequest: { url: 'x', json: {} }, providerResponse: { status: 503, json: { message: 'busy' } } },
      { error: 'busy', outcome: 'upstream_error' },
    ],
    [
      'a text',
      {
        providerRequest: { url: 'x', json: { model: 'mine' } },
        providerResponse: { status: 200, json: {}, textBody: 'data: or not' },
      },
      { response_body: 'data: or not', model: 'mine', stream: false, outcome: 'success' },
    ],
    [
      "lines of JSON that are nobody's",
      {
        providerRequest: { url: 'x', json: { model: 'mine', stream: true } },
        providerResponse: { status: 200, textBody: '{"a":1}\n{"a":2}\n' },
      },
      { response_body: '{"a":1}\n{"a":2}\n', stream: true },
    ],
    [
      "usage in the way of Chat Completions, of a model of one's own",
      {
        providerRequest: { url: 'x', json: { model: 'mine' } },
        providerResponse: { status: 200, json: { output: 'hi', usage: { prompt_tokens: 3, completion_tokens: 2 } } },
      },
      {
        prompt_tokens: 3,
        completion_tokens: 2,
        cost_usd: null,
        response_body: { output: 'hi', usage: { prompt_tokens: 3, completion_tokens: 2 } },
      },
    ],
    [
      'usage with cached input, in the way of the Responses API',
      {
        provider: 'openai',
        providerRequest: { url: 'x', json: { model: 'gpt-4o-mini' } },
        providerResponse: {
          status: 200,
          json: { usage: { input_tokens: 1000, output_tokens: 5, input_tokens_details: { cached_tokens: 800 } } },
        },
      },
      // 200 at 0.15, 800 at 0.075 and 5 at 0.6 USD per million.
      { prompt_tokens: 1000, prompt_cache_read_tokens: 800, completion_tokens: 5, cost_usd: 0.000093 },
    ],
    [
      'a stream whose events are long, each with the instructions of the request',
      {
        providerRequest: { url: 'https://api.openai.com/v1/responses', json: { model: 'gpt-4o-mini', stream: true } },
        providerResponse: { status: 200, textBody: LONG_STREAM },
      },
      { stream: true, outcome: 'success', finish_reason: 'completed', prompt_tokens: 10, completion_tokens: 5 },
    ],
    [
      'a URL with secrets',
      { providerRequest: { url: 'https://user:pw@host.example/v1/chat/completions?key=sk-1#x', json: {} } },
      {
        request_path: '/v1/chat/completions',
        target_url: 'https://host.example/v1/chat/completions',
        provider: 'custom',
      },
    ],
    [
      'a URL of a provider',
      { providerRequest: { url: 'https://api.groq.com/openai/v1/chat/completions', json: {} } },
      { request_path: '/openai/v1/chat/completions', provider: 'groq' },
    ],
    ['no URL', { providerRequest: { json: {} } }, { request_path: '', target_url: '', provider: 'custom' }],
    ['its provider, as Helicone writes it', { provider: 'GOOGLE' }, { provider: 'google' }],
    ['its provider, that nobody knows', { provider: 'My.Own' }, { provider: 'my.own' }],
    [
      'a tool',
      {
        providerRequest: { url: 'x', json: { _type: 'tool', toolName: 'weather', input: { city: 'Ulm' } } },
        providerResponse: { status: 200, json: { _type: 'tool', toolName: 'weather', usage: { prompt_tokens: 1 } } },
      },
      {
        model: 'tool:weather',
        request_model: null,
        prompt_tokens: null,
        usage_source: 'none',
        cost_usd: null,
        model_override: null,
      },
    ],
    [
      'a search',
      {
        providerRequest: { url: 'x', json: { _type: 'vector_db', operation: 'search', text: 'x' } },
        providerResponse: { status: 200, json: { _type: 'vector_db' }, cost: 0.5 },
      },
      { model: 'vector_db', cost_usd: 0.5 },
    ],
    [
      'an event of any kind',
      {
        providerRequest: { url: 'x', json: { _type: 'data', name: 'etl' } },
        providerResponse: { status: 200, json: { _type: 'data' } },
      },
      { model: 'data:etl' },
    ],
  ];
  test.each(cases)('%s', async (_name, log, row) => {
    const rig = await started.rig(KEYS);
    expect(said(await send(rig, { ...LOG, ...log }))).toEqual([200, 'ok']);
    const record = await only(rig);
    expect(record).toMatchObject(row);
    expect(JSON.stringify(record)).not.toMatch(/sk-1|pw@/);
  });
});

describe('what is refused', () => {
  const cases: [log: unknown, error: string][] = [
    ['{', 'body: is not JSON'],
    ['', 'body: is not JSON'],
    [new Uint8Array([0x22, 0xff, 0x22]), 'body: is not UTF-8'],
    ['1', 'body: a log is an object'],
    [{}, 'providerRequest: must be an object'],
    [{ providerRequest: {} }, 'providerResponse: must be an object'],
    [{ ...LOG, providerRequest: { url: 'x' } }, 'providerRequest.json: must be an object'],
    [{ ...LOG, providerRequest: { url: 1, json: {} } }, 'providerRequest.url: must be text'],
    [{ ...LOG, providerRequest: { url: 'x', json: {}, meta: [] } }, 'providerRequest.meta: must be an object'],
    [
      { ...LOG, providerRequest: { url: 'x', json: {}, meta: { 'Helicone-User-Id': {} } } },
      'providerRequest.meta["Helicone-User-Id"]: must be text',
    ],
    [{ ...LOG, providerResponse: {} }, 'providerResponse.status: must be a number'],
    [{ ...LOG, providerResponse: { status: '200' } }, 'providerResponse.status: must be a number'],
    [
      { ...LOG, providerResponse: { status: 42 } },
      'providerResponse.status: must be an HTTP status, -1 (timeout), -3 (cancelled) or -4 (blocked)',
    ],
    [{ ...LOG, providerResponse: { status: 200, textBody: {} } }, 'providerResponse.textBody: must be text'],
    [
      { ...LOG, providerResponse: { status: 200, json: {}, cost: -1 } },
      'providerResponse.cost: must be US dollars, 0 or more',
    ],
    [
      { ...LOG, providerResponse: { status: 200, json: {}, cost: '1' } },
      'providerResponse.cost: must be US dollars, 0 or more',
    ],
    [
      {
        ...LOG,
        timing: {
          startTime: { seconds: 1_780_000_001, milliseconds: 0 },
          endTime: { seconds: 1_780_000_000, milliseconds: 999 },
        },
      },
      'timing.endTime: is before startTime',
    ],
    [
      { ...LOG, timing: { startTime: { seconds: 1_780_000_000_000, milliseconds: 0 } } },
      'timing.startTime: is more than a day ahead',
    ],
    [{ ...LOG, timing: { startTime: { seconds: 'x' } } }, 'timing.startTime.seconds: must be a number'],
    [{ ...LOG, timing: { startTime: 'yesterday' } }, 'timing.startTime: is not a time in ISO 8601'],
    [{ ...LOG, id: 'x' }, 'id: must be a UUID'],
    [{ ...LOG, provider: 'x'.repeat(65) }, 'provider: must be text of at most 64 characters'],
    ['['.repeat(201) + ']'.repeat(201), 'body: nested deeper than 200'],
  ];
  test('with the place that is wrong, and nothing is recorded', async () => {
    const rig = await started.rig(KEYS);
    for (const [log, error] of cases) expect(said(await send(rig, log))).toEqual([400, { data: null, error }]);
    expect(await rig.records('a')).toEqual([]);
  });

  test('what is too long, as it comes or decoded; too many', async () => {
    const rig = await started.rig(KEYS);
    const long = Buffer.alloc(10 * 1024 * 1024 + 1, 0x20);
    expect((await send(rig, long)).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 0x20));
    expect(said(await send(rig, bomb, { headers: { 'content-encoding': 'gzip' } }))).toEqual([
      413,
      { data: null, error: 'body: longer than 16777216 bytes when decoded' },
    ]);
    expect(
      (
        await send(
          rig,
          Array.from({ length: 1001 }, () => LOG),
        )
      ).status,
    ).toBe(413);
    expect((await send(rig, JSON.stringify([Array.from({ length: 500_001 }, () => [])]))).status).toBe(413);
  });

  test('codings that are unknown or not whole', async () => {
    const rig = await started.rig(KEYS);
    const encoding = (name: string): Sending => ({ headers: { 'content-encoding': name } });
    const whole = gzipSync(JSON.stringify(LOG));
    expect((await send(rig, whole, encoding('gzip'))).status).toBe(200);
    expect((await send(rig, whole.subarray(0, -4), encoding('gzip'))).status).toBe(400);
    expect((await send(rig, JSON.stringify(LOG), encoding('constructor'))).status).toBe(400);
    await only(rig);
  });
});
