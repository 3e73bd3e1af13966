import { expect, test } from 'vitest';
import type { EngineRequest, Headers } from '../contract.js';
import { isLocal } from './loopback.js';

function request(headers: Headers, remoteAddress: string | undefined = '127.0.0.1'): EngineRequest {
  const signal = new AbortController().signal;
  return { method: 'GET', path: '/v1/request', query: '', headers, body: null, signal, remoteAddress };
}

test.each([
  'localhost',
  'LOCALHOST:3000',
  '127.0.0.1',
  '127.0.0.1:80',
  '127.8.9.1',
  '[::1]',
  '[::1]:3000',
  '[::ffff:127.0.0.1]',
])('Host %s is this machine', (host) => {
  expect(isLocal(request({ host }))).toBe(true);
});

test.each([
  'example.com',
  'localhost.example.com',
  '127.0.0.1.nip.io',
  '10.0.0.1',
  '[::2]',
  '0.0.0.0',
  '',
  ' ',
  ':80',
  '[::1',
])('Host "%s" is not', (host) => {
  expect(isLocal(request({ host }))).toBe(false);
});

test('without Host it cannot be told', () => {
  expect(isLocal(request({}))).toBe(false);
});

test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('peer %s is this machine', (address) => {
  expect(isLocal(request({ host: 'localhost' }, address))).toBe(true);
});

test.each(['10.0.0.1', '192.168.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '8.8.8.8', '', 'localhost'])(
  'peer "%s" is not',
  (address) => {
    expect(isLocal(request({ host: 'localhost' }, address))).toBe(false);
  },
);

test('a peer that is not known, as on a Unix socket, is not this machine', () => {
  expect(isLocal({ ...request({ host: 'localhost' }), remoteAddress: undefined })).toBe(false);
});

test.each(['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:80'])('a page from %s may ask', (origin) => {
  expect(isLocal(request({ host: 'localhost', origin }))).toBe(true);
});

test.each(['https://evil.example', 'https://localhost.evil.example', 'null', '', 'file://localhost'])(
  'a page from "%s" may not',
  (origin) => {
    expect(isLocal(request({ host: 'localhost', origin }))).toBe(false);
  },
);

test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip'])(
  'with %s the peer is a proxy, not the caller',
  (name) => {
    expect(isLocal(request({ host: 'localhost', [name]: '127.0.0.1' }))).toBe(false);
  },
);
