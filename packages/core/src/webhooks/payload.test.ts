import { recordRow } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { assetMark } from '../records/assets.js';
import type { Asset } from '../records/store.js';
import { BODY_TOO_LARGE, payloadOf, samplePayload, withLink } from './payload.js';

const ROW = recordRow(1, {
  requestId: '11111111-1111-4111-8111-111111111111',
  userId: 'ada',
  properties: { env: 'prod' },
  requestBody: Buffer.from('{"messages":"Grüße"}'),
  responseBody: Buffer.from('{"content":"Hi"}'),
});

test('Helicone’s keys, and ours', () => {
  expect(JSON.parse(payloadOf(ROW, { includeData: true }))).toEqual({
    request_id: '11111111-1111-4111-8111-111111111111',
    request_body: '{"messages":"Grüße"}',
    response_body: '{"content":"Hi"}',
    user_id: 'ada',
    id: ROW.id,
    tenant: 'default',
    status: 200,
    outcome: 'success',
    model: 'gpt-4o-mini',
    provider: 'openai',
    properties: { env: 'prod' },
    metadata: { cost: 0.0000045, promptTokens: 10, completionTokens: 5, totalTokens: 15, latencyMs: 250 },
  });
});

test('without data only ids and bodies', () => {
  const keys = Object.keys(JSON.parse(payloadOf(ROW, { includeData: false })));
  expect(keys).toEqual(['request_id', 'request_body', 'response_body', 'user_id', 'id', 'tenant', 'status', 'outcome']);
});

test('not known is null', () => {
  const row = {
    ...ROW,
    costNanoUsd: null,
    completionTokens: null,
    requestBody: null,
    responseBody: null,
    userId: null,
  };
  expect(JSON.parse(payloadOf(row, { includeData: true }))).toMatchObject({
    request_body: null,
    response_body: null,
    user_id: null,
    metadata: { cost: null, promptTokens: 10, completionTokens: null, totalTokens: null },
  });
});

test('a body over 10 KB is left out, whatever the other is', () => {
  const row = { ...ROW, requestBody: Buffer.alloc(10 * 1024, 'a'), responseBody: Buffer.alloc(10 * 1024 + 1, 'a') };
  const payload = JSON.parse(payloadOf(row, { includeData: true }));
  expect(payload.request_body).toBe('a'.repeat(10 * 1024));
  expect(payload.response_body).toBe(BODY_TOO_LARGE);
});

test('media that were cut out of a body are told with it, and count', () => {
  const media = (length: number): Asset => ({ hash: String(length).padStart(64, '0'), bytes: Buffer.alloc(length, 1) });
  const [short, long] = [media(1500), media(15_000)] as const;
  const body = ({ hash }: Asset): Buffer => Buffer.from(`{"data":"${assetMark(hash)}"}`);
  const row = { ...ROW, requestBody: body(short), responseBody: body(long), assets: [short, long] };
  const payload = JSON.parse(payloadOf(row, { includeData: true }));
  expect(JSON.parse(payload.request_body)).toEqual({ data: Buffer.from(short.bytes).toString('base64') });
  expect(payload.response_body).toBe(BODY_TOO_LARGE);
});

test('a link comes in without touching the rest', () => {
  const payload = payloadOf(ROW, { includeData: true });
  expect(withLink(payload, null)).toBe(payload);
  const link = 'https://a.example/?b="c"';
  expect(JSON.parse(withLink(payload, link))).toEqual({ ...JSON.parse(payload), request_response_url: link });
});

test('the sample looks like any other', () => {
  const sample = JSON.parse(samplePayload({ includeData: true }, { tenant: 't', record: ROW.id }));
  const real = JSON.parse(payloadOf(ROW, { includeData: true }));
  expect(Object.keys(sample)).toEqual(Object.keys(real));
  expect(Object.keys(sample.metadata)).toEqual(Object.keys(real.metadata));
  expect(sample).toMatchObject({ request_id: ROW.id, id: ROW.id, tenant: 't' });
});
