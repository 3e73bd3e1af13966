import { expect, test } from 'vitest';
import { readHeaders } from './header-values.js';
import { type Policy, resolvePolicy } from './policy.js';

function policyOf(headers: Record<string, string>, identityUserId: string | null = null): Policy {
  return resolvePolicy(readHeaders(headers), identityUserId);
}

test('without headers nothing is asked for', () => {
  expect(policyOf({})).toEqual({
    userId: null,
    properties: {},
    promptId: null,
    modelOverride: null,
    omitRequest: false,
    omitResponse: false,
  });
});

test('each header has its place', () => {
  expect(
    policyOf({
      'helicone-user-id': 'ada',
      'helicone-prompt-id': 'greeting',
      'helicone-model-override': 'gpt-4o',
      'helicone-omit-request': 'true',
      'helicone-omit-response': '1',
      'helicone-property-team': 'Billing',
    }),
  ).toEqual({
    userId: 'ada',
    properties: { team: 'Billing', 'helicone-prompt-id': 'greeting' },
    promptId: 'greeting',
    modelOverride: 'gpt-4o',
    omitRequest: true,
    omitResponse: true,
  });
});

test('flags that are off are off', () => {
  const policy = policyOf({ 'helicone-omit-request': 'false', 'helicone-omit-response': '' });
  expect([policy.omitRequest, policy.omitResponse]).toEqual([false, false]);
});

test('a user that the identity brings wins over the header', () => {
  expect(policyOf({ 'helicone-user-id': 'ada' }, 'grace').userId).toBe('grace');
  expect(policyOf({ 'helicone-user-id': 'ada' }, null).userId).toBe('ada');
});

test('session and prompt headers are properties under their own names', () => {
  const headers = {
    'helicone-session-id': 's1',
    'helicone-session-path': '/plan/search',
    'helicone-session-name': 'planning',
    'helicone-prompt-id': 'p1',
  };
  expect(policyOf(headers).properties).toEqual(headers);
});

test('a session header wins over a property that borrows its name', () => {
  const policy = policyOf({ 'helicone-session-id': 's1', 'helicone-property-helicone-session-id': 'other' });
  expect(policy.properties).toEqual({ 'helicone-session-id': 's1' });
});

test('properties called like members of objects are properties like any other', () => {
  const { properties } = policyOf({
    'helicone-property-__proto__': 'a',
    'helicone-property-constructor': 'b',
    'helicone-property-tostring': 'c',
  });
  expect(JSON.parse(JSON.stringify(properties))).toEqual(
    JSON.parse('{"__proto__":"a","constructor":"b","tostring":"c"}'),
  );
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test('the first 100 properties are kept, each further one is named in a warning', () => {
  const headers: Record<string, string> = { 'helicone-session-id': 's1' };
  for (let i = 0; i < 103; i++) headers[`helicone-property-p${i}`] = String(i);
  const read = readHeaders(headers);
  const { properties } = resolvePolicy(read, null);
  expect(Object.keys(properties)).toHaveLength(101);
  expect(properties.p99).toBe('99');
  expect(properties.p100).toBeUndefined();
  expect(properties['helicone-session-id']).toBe('s1');
  expect(read.warnings).toEqual(
    [100, 101, 102].map((i) => `helicone-property-p${i}: more than 100 properties; left out`),
  );
});

test('a policy cannot be changed', () => {
  expect(Object.isFrozen(policyOf({ 'helicone-user-id': 'ada' }))).toBe(true);
});
