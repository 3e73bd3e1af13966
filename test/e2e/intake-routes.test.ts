// Log intake over HTTP, as curl would send it: paths, keys, headers, lists.
import { get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { ID, KEYS, LOG, only, REQUEST, RESPONSE, said, send } from './intake-client.js';

const started = startedHere();

describe('paths', () => {
  const anywhere = { ...REQUEST, url: 'custom-model-nopath' };
  test.each([
    ['/custom/v1/log', 'custom'],
    ['/oai/v1/log', 'openai'],
    ['/anthropic/v1/log', 'anthropic'],
    ['/googleapis/v1/log', 'google'],
    ['/v1/log', 'custom'],
    ['/v1/trace/custom/v1/log', 'custom'],
    ['/v1/trace/custom/log', 'custom'],
  ])('%s', async (path, provider) => {
    const rig = await started.rig(KEYS);
    const answer = await send(rig, { ...LOG, providerRequest: anywhere }, { path, key: 'pk-a' });
    expect(said(answer)).toEqual([200, 'ok']);
    expect(answer.header('content-type')).toMatch(/^text\/plain/);
    const record = await only(rig);
    expect(record).toMatchObject({ provider, request_id: answer.header('helicone-id'), tenant: 'a', attempts: [] });
  });

  test('the typed one takes nothing that is not whole', async () => {
    const rig = await started.rig(KEYS);
    const path = '/v1/trace/custom/log/typed';
    const timing = { startTime: '2026-06-01T12:00:00.250Z', endTime: '2026-06-01T14:00:01+02:00' };
    expect(said(await send(rig, { ...LOG, timing }, { path }))).toEqual([200, 'ok']);
    expect(await only(rig)).toMatchObject({ request_created_at: '2026-06-01T12:00:00.250Z', delay_ms: 750 });
    const wrong: [object, string][] = [
      [LOG, 'timing: needed'],
      [{ ...LOG, timing: { startTime: 1, endTime: 2 } }, 'timing.endTime: must be a time in ISO 8601'],
      [{ ...LOG, timing, providerResponse: { status: 200, json: {} } }, 'providerResponse.headers: must be an object'],
      [
        { ...LOG, timing, providerResponse: { status: 200, headers: {} } },
        'providerResponse: one of json and textBody is needed',
      ],
    ];
    for (const [log, error] of wrong)
      expect(said(await send(rig, log, { path }))).toEqual([400, { data: null, error }]);
    await only(rig);
  });
});

describe('who may log', () => {
  test('no key, a wrong one, none configured and not from here', async () => {
    const rig = await started.rig(KEYS);
    expect((await send(rig, LOG, { key: 'sk-wrong' })).status).toBe(401);
    expect((await get(`${rig.url}/api/v1/log`, { body: JSON.stringify(LOG) })).status).toBe(401);
    expect((await send(rig, LOG, { key: 'none', headers: { 'helicone-auth': 'Bearer pk-a' } })).status).toBe(200);
    const open = await started.rig();
    expect((await send(open, LOG)).status).toBe(200);
    expect((await send(open, LOG, { headers: { 'x-forwarded-for': '1.2.3.4' } })).status).toBe(401);
  });

  test('a tenant stands in the key, never in the body', async () => {
    const rig = await started.rig(KEYS);
    await send(rig, { ...LOG, tenant: 'b' }, { key: 'sk-a' });
    expect(await rig.records('b')).toEqual([]);
    await only(rig, 'a');
  });
});

describe('headers', () => {
  test('of the request and in meta, the request winning; names in any case', async () => {
    const rig = await started.rig(KEYS);
    const meta = {
      'Helicone-User-Id': 'meta',
      'HELICONE-PROPERTY-Feature': 'Grüße, 世界 Ã©',
      'helicone-property-app': 'meta',
      'Helicone-Session-Id': 's-1',
      'Helicone-Session-Path': '/plan',
      'Helicone-Prompt-Id': 'p-1',
      'Helicone-Model-Override': 'gpt-4o',
      'Helicone-Auth': 'Bearer sk-b',
      'helicone-request-id': ID,
      'x-other': 'sk-secret',
      status: '500',
    };
    const log = { ...LOG, providerRequest: { ...REQUEST, meta } };
    const answer = await send(rig, log, { headers: { 'Helicone-Property-App': 'header', 'Helicone-Color': 'red' } });
    expect([answer.status, answer.header('helicone-id')]).toEqual([200, ID]);
    expect(answer.header('helicone-warning')).toBe(
      'helicone-color: not a header that this proxy knows; it had no effect',
    );
    expect(await only(rig)).toMatchObject({
      tenant: 'a',
      request_id: ID,
      request_user_id: 'meta',
      prompt_id: 'p-1',
      model: 'gpt-4o',
      model_override: 'gpt-4o',
      properties: {
        feature: 'Grüße, 世界 Ã©',
        app: 'header',
        'helicone-session-id': 's-1',
        'helicone-session-path': '/plan',
        'helicone-prompt-id': 'p-1',
      },
    });
  });

  test('policy of the options and the key holds as for calls', async () => {
    const rig = await started.rig({
      auth: {
        keys: {
          'sk-1': {
            userId: 'of-the-key',
            policy: { enforce: { 'Helicone-Property-Team': 'blue' }, defaults: { 'Helicone-Property-Tier': 'free' } },
          },
        },
      },
      policy: { enforce: { 'Helicone-Omit-Request': true }, ignore: ['Helicone-Session-Id'] },
    });
    const meta = {
      'Helicone-Property-Team': 'red',
      'Helicone-User-Id': 'x',
      'Helicone-Session-Id': 's',
      'Helicone-Omit-Request': 'false',
    };
    const answer = await send(rig, { ...LOG, providerRequest: { ...REQUEST, meta } }, { key: 'sk-1' });
    expect(answer.status).toBe(200);
    expect(answer.header('helicone-warning')).toContain('helicone-session-id: callers may not use this header');
    expect(await only(rig, 'default')).toMatchObject({
      request_user_id: 'of-the-key',
      properties: { team: 'blue', tier: 'free' },
      request_body: null,
      response_body: RESPONSE.json,
    });
  });

  test.each([
    [{ 'helicone-omit-request': 'true' }, null, RESPONSE.json],
    [{ 'helicone-omit-response': '1' }, REQUEST.json, null],
  ])('%o', async (headers, request_body, response_body) => {
    const rig = await started.rig(KEYS);
    await send(rig, LOG, { headers: headers as Record<string, string> });
    expect(await only(rig)).toMatchObject({ request_body, response_body, request_model: 'gpt-4o-mini' });
  });

  test('one that governs and cannot be read is refused, as for calls', async () => {
    const rig = await started.rig(KEYS);
    const [status, body] = said(await send(rig, LOG, { headers: { 'helicone-omit-response': 'perhaps' } }));
    expect([status, body]).toEqual([400, { data: null, error: expect.stringContaining('helicone-omit-response') }]);
    expect(await rig.records('a')).toEqual([]);
  });

  test('bodies: false keeps none', async () => {
    const rig = await started.rig({ ...KEYS, records: { store: 'sqlite::memory:', bodies: false } });
    await send(rig, LOG);
    expect(await only(rig)).toMatchObject({ request_body: null, response_body: null, model: 'gpt-4o-mini' });
  });
});

describe('a list', () => {
  const bad = { ...LOG, providerResponse: {} };
  const error = 'providerResponse.status: must be a number';

  test('is accepted as far as it can be, and says what was', async () => {
    const rig = await started.rig(KEYS);
    const all = await send(rig, [LOG, LOG, LOG], { key: 'pk-a' });
    const records = await rig.records('a');
    expect(said(all)).toEqual([200, { data: { requestIds: expect.any(Array), errors: [] }, error: null }]);
    const ids = JSON.parse(all.body.toString()).data.requestIds as string[];
    expect(new Set(ids)).toEqual(new Set(records.map((record) => record.request_id)));
    expect(said(await send(rig, [bad, LOG, 1]))).toEqual([
      207,
      {
        data: {
          requestIds: [null, expect.any(String), null],
          errors: [
            { index: 0, message: error },
            { index: 2, message: 'body: a log is an object' },
          ],
        },
        error: '2 of 3 logs were not accepted',
      },
    ]);
    expect(await rig.records('a')).toHaveLength(4);
  });

  test('of which nothing can be accepted is 400; an empty one is 200', async () => {
    const rig = await started.rig(KEYS);
    expect(said(await send(rig, [bad]))).toEqual([
      400,
      { data: { requestIds: [null], errors: [{ index: 0, message: error }] }, error: '1 of 1 logs were not accepted' },
    ]);
    expect(said(await send(rig, []))).toEqual([200, { data: { requestIds: [], errors: [] }, error: null }]);
  });
});

describe('sent twice', () => {
  const timing = {
    startTime: { seconds: 1_780_000_000, milliseconds: 1 },
    endTime: { seconds: 1_780_000_001, milliseconds: 0 },
  };

  test('a log with an id is one record, of each tenant its own', async () => {
    const rig = await started.rig(KEYS);
    const log = { ...LOG, id: ID, timing };
    const [first, again, other] = [
      await send(rig, [log, LOG]),
      await send(rig, log),
      await send(rig, log, { key: 'sk-b' }),
    ];
    expect([first.status, again.status, other.status]).toEqual([200, 200, 200]);
    const records = await rig.records('a');
    expect(records).toHaveLength(2);
    const id = JSON.parse(first.body.toString()).data.requestIds[0];
    expect(again.header('helicone-id')).toBe(id);
    expect(id).toMatch(/^019e[0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other.header('helicone-id')).not.toBe(id);
    expect((await only(rig, 'b')).id).toBe(other.header('helicone-id'));
  });

  test('without an id it is two', async () => {
    const rig = await started.rig(KEYS);
    await send(rig, { ...LOG, timing });
    await send(rig, { ...LOG, timing });
    expect(await rig.records('a')).toHaveLength(2);
  });
});
