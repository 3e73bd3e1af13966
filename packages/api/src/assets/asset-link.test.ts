import { expect, test } from 'vitest';
import { assetLink, verifyAssetLink } from './asset-link.js';

const PLACE = { tenant: 'a b&c', recordId: 'r1', assetId: '2' };
const LINKS = { base: 'https://app.example/helicone/api', key: 'secret', expiresAt: 2000 };

function shownBy(link: string) {
  const { searchParams } = new URL(link);
  return { expires: Number(searchParams.get('expires')), signature: searchParams.get('signature') ?? '' };
}

test('a link leads to its place, and holds until it expires', () => {
  const link = assetLink(PLACE, LINKS);
  expect(link.slice(0, link.indexOf('&signature'))).toBe(
    'https://app.example/helicone/api/v1/request/r1/assets/2?tenant=a+b%26c&expires=2000',
  );
  expect(new URL(link).searchParams.get('tenant')).toBe('a b&c');
  expect(verifyAssetLink(PLACE, shownBy(link), { key: 'secret', now: 1999 })).toBe(true);
  expect(verifyAssetLink(PLACE, shownBy(link), { key: 'secret', now: 2000 })).toBe(false);
});

test.each<[string, object, object, string]>([
  ['another tenant', { tenant: 'other' }, {}, 'secret'],
  ['another record', { recordId: 'r2' }, {}, 'secret'],
  ['another asset', { assetId: '1' }, {}, 'secret'],
  ['parts that read the same when joined', { recordId: 'r', assetId: '12' }, {}, 'secret'],
  ['a later end', {}, { expires: 3000 }, 'secret'],
  ['no end', {}, { expires: Number.NaN }, 'secret'],
  ['another key', {}, {}, 'other'],
  ['no signature', {}, { signature: '' }, 'secret'],
  ['half a signature', {}, { signature: shownBy(assetLink(PLACE, LINKS)).signature.slice(0, 20) }, 'secret'],
])('%s is not what was signed', (_, place, shown, key) => {
  const given = { ...shownBy(assetLink(PLACE, LINKS)), ...shown };
  expect(verifyAssetLink({ ...PLACE, ...place }, given, { key, now: 1000 })).toBe(false);
});
