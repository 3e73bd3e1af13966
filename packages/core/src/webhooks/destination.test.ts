import { expect, test } from 'vitest';
import { createTargetGuard } from '../upstream/target-guard.js';
import { guestDestinationFault } from './destination.js';

const guard = createTargetGuard({}, []);
const open = createTargetGuard({ privateNetworks: true }, []);

test.each([
  'https://hooks.example/a?b=c',
  'https://notlocalhost/',
  'https://hooks.example:8443/',
  'https://93.184.215.14/hook',
])('%s may be given', (destination) => {
  expect(guestDestinationFault(destination, guard)).toBeNull();
});

test.each([
  ['http://hooks.example/', 'must be an https URL'],
  ['ftp://hooks.example/', 'must be an http(s) URL'],
  ['hooks.example', 'must be an http(s) URL'],
  ['https://u:p@hooks.example/', 'must not carry a user name or password'],
  ...[
    'https://127.0.0.1/',
    'https://127.1:8443/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://localhost/',
    'https://LOCALHOST:443/',
    'https://app.localhost/',
    'https://localhost./',
  ].map((destination) => [destination, 'must not be at a private address']),
] as [string, string][])('%s: %s', (destination, fault) => {
  expect(guestDestinationFault(destination, guard)).toBe(fault);
});

test('where private networks are open, so are these, and http', () => {
  expect(guestDestinationFault('http://127.0.0.1:9/hook', open)).toBeNull();
  expect(guestDestinationFault('https://u:p@hooks.example/', open)).toBe('must not carry a user name or password');
});
