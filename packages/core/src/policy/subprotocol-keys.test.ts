import { describe, expect, test } from 'vitest';
import { hasCredential, withoutCredentials, withoutOwnKeys } from './credentials.js';
import { subprotocolKeys, withoutSubprotocolKeys } from './subprotocol-keys.js';

const NAME = 'sec-websocket-protocol';
const both = 'realtime,openai-insecure-api-key.sk-ours,  openai-insecure-api-key.sk-theirs, openai-beta.realtime-v1';
const isOurs = (key: string): boolean => key === 'sk-ours';

describe('keys among subprotocols', () => {
  test('are found behind their prefix, and only there', () => {
    expect(subprotocolKeys(both)).toEqual(['sk-ours', 'sk-theirs']);
    expect(subprotocolKeys('realtime, x.openai-insecure-api-key.a')).toEqual([]);
    expect(subprotocolKeys(['openai-insecure-api-key.a', 'b'])).toEqual(['a']);
  });

  test('ours go away alone; what shows none is not touched', () => {
    expect(withoutSubprotocolKeys(both, isOurs)).toBe(
      'realtime, openai-insecure-api-key.sk-theirs, openai-beta.realtime-v1',
    );
    expect(withoutSubprotocolKeys('a,  b', isOurs)).toBe('a,  b');
    expect(withoutSubprotocolKeys('openai-insecure-api-key.sk-ours', isOurs)).toBeUndefined();
  });

  test('count as credentials wherever those are looked for', () => {
    expect(withoutOwnKeys({ [NAME]: both, a: 'b' }, '', isOurs).headers).toEqual({
      [NAME]: 'realtime, openai-insecure-api-key.sk-theirs, openai-beta.realtime-v1',
      a: 'b',
    });
    expect(withoutCredentials({ [NAME]: both }, '').headers).toEqual({ [NAME]: 'realtime, openai-beta.realtime-v1' });
    expect(hasCredential({ [NAME]: both }, '')).toBe(true);
    expect(hasCredential({ [NAME]: 'realtime' }, '')).toBe(false);
    expect(hasCredential({}, '')).toBe(false);
  });
});
