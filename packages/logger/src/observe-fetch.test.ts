import { expect, test } from 'vitest';
import { type CallObserver, observeFetch } from './observe-fetch.js';

function observer(): CallObserver & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    maxBodyBytes: 1000,
    sending: false,
    began: () => void told.push('began'),
    ended: () => void told.push('ended'),
    belongs: () => {},
    callOf: () => undefined,
    left: () => void told.push('left'),
    failed: () => void told.push('failed'),
  };
}

const REQUEST = {
  sdk: 'openai',
  url: 'https://api.openai.com/v1/chat/completions',
  init: { method: 'POST', body: '{}' },
} as const;

test('a response that cannot be watched is passed on, and its call does not stay open', async () => {
  const seen = observer();
  const response = Object.freeze(new Response('{"id":"a"}'));
  expect(await observeFetch(seen, REQUEST, async () => response)).toBe(response);
  expect(seen.told).toEqual(['began', 'left', 'failed']);
  expect(await response.json()).toEqual({ id: 'a' });
});

test('whatever is thrown is thrown on, and ends the call', async () => {
  const seen = observer();
  const thrown: unknown = Object.create(null);
  const sent = observeFetch(seen, REQUEST, () => Promise.reject(thrown));
  expect(await sent.catch((error: unknown) => error)).toBe(thrown);
  expect(seen.told).toEqual(['began', 'ended']);
});
