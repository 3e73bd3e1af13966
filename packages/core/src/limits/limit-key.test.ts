import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { Policy, RateLimit } from '../policy/policy.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { limitKey, segmentValue } from './limit-key.js';

function limitOf(text: string): RateLimit {
  return { quota: 1, windowSeconds: 60, unit: 'request', segment: null, text };
}

describe('a counter’s key', () => {
  test('is of one tenant, policy and value, whatever they hold', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', ':', '=', '#', '-', '%', '\0', '\ud800', '\udc00', 'é') });
    const whole = fc.tuple(texts, texts, fc.option(texts));
    fc.assert(
      fc.property(whole, whole, ([tenant, text, value], [otherTenant, otherText, otherValue]) => {
        const same = tenant === otherTenant && text === otherText && value === otherValue;
        const key = limitKey(tenant, limitOf(text), value);
        expect(key === limitKey(otherTenant, limitOf(otherText), otherValue)).toBe(same);
        expect(key).toMatch(/^helicone:limit:[\x21-\x7e]+$/);
      }),
    );
  });

  test('does not grow with values from outside, and keeps long ones apart', () => {
    const long = 'x'.repeat(5000);
    const key = limitKey('default', limitOf('10;w=60;s=user'), long);
    expect(key.length).toBeLessThan(200);
    expect(key).not.toBe(limitKey('default', limitOf('10;w=60;s=user'), `${long}y`));
    expect(key).not.toBe(limitKey('default', limitOf('10;w=60;s=user'), null));
  });
});

describe('a segment’s value', () => {
  test.each<[string, Partial<Policy>, string, string, string | null]>([
    ['the policy’s user', { userId: 'ann' }, '{"user":"bob"}', 'user', 'ann'],
    ['the body’s user where no header names one', {}, '{"user":"b\\u00f6b"}', 'user', 'böb'],
    ['none for an empty user', { userId: '' }, '{"user":""}', 'user', null],
    ['none for a user that is no text', {}, '{"user":7}', 'user', null],
    ['none for a body that is no object', {}, '[1]', 'user', null],
    ['a property', { properties: { team: 'red' } }, '{}', 'team', 'red'],
    ['none for a property that is not there', { properties: { team: 'red' } }, '{}', 'org', null],
    ['none for a name that every object has', {}, '{}', 'constructor', null],
  ])('is %s', (_name, policy, body, segment, expected) => {
    expect(segmentValue(callWith(policy, body), segment)).toBe(expected);
  });
});

function callWith(policy: Partial<Policy>, body: string): Call {
  const signal = new AbortController().signal;
  const request = { method: 'POST', path: '/', query: '', headers: {}, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  call.policy = { userId: null, properties: {}, ...policy } as Policy;
  call.body = Buffer.from(body);
  return call;
}
