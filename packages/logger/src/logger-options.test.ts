import { afterEach, describe, expect, test, vi } from 'vitest';
import { HeliconeAsyncLogger } from './async-logger.js';
import { type LoggerOptions, readOptions } from './logger-options.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each<[string, unknown, string]>([
  ['no address', {}, 'baseUrl: needed'],
  ['no URL', { baseUrl: 'helicone' }, 'baseUrl: must be'],
  ['another scheme', { baseUrl: 'ftp://host' }, 'baseUrl: must be'],
  ['no proxy', { proxy: {} }, 'proxy: must be'],
  ['a key that no header takes', { baseUrl: 'http://host', apiKey: 'a\nb' }, 'apiKey: has'],
  ['headers that are no texts', { baseUrl: 'http://host', headers: { a: 1 } }, 'headers: must be'],
  ['a size that is no number', { baseUrl: 'http://host', maxQueueBytes: '1' }, 'maxQueueBytes: must be'],
  ['no bytes at all', { baseUrl: 'http://host', maxBodyBytes: 0 }, 'maxBodyBytes: must be'],
  ['onError that is none', { baseUrl: 'http://host', onError: 1 }, 'onError: must be'],
])('%s is told at once', (_, options, message) => {
  vi.stubEnv('HELICONE_BASE_URL', '');
  expect(() => new HeliconeAsyncLogger(options as LoggerOptions)).toThrow(message);
});

describe('addresses', () => {
  test.each([
    'https://host/helicone/api',
    'https://host/helicone/api/',
    'https://host/helicone/api/v1/log',
    'https://host/helicone/api/v1/trace/log',
  ])('%s is taken', (baseUrl) => {
    expect(() => readOptions({ baseUrl })).not.toThrow();
  });

  test('that of the environment counts where none is given', () => {
    vi.stubEnv('HELICONE_BASE_URL', 'no address');
    expect(() => readOptions({})).toThrow('baseUrl: must be');
    expect(() => readOptions({ baseUrl: 'https://host' })).not.toThrow();
  });
});

test('of the headers, those that describe calls are kept for them, credentials are not', () => {
  const headers = { 'Helicone-User-Id': 'ada', 'Helicone-Auth': 'Bearer x', 'X-Gateway': 'y' };
  expect(readOptions({ baseUrl: 'http://host', headers }).headers).toEqual({ 'Helicone-User-Id': 'ada' });
});

test('what onError throws goes nowhere', () => {
  const onError = () => {
    throw new Error('theirs');
  };
  expect(() => readOptions({ baseUrl: 'http://host', onError }).failed(new Error('ours'))).not.toThrow();
});
