import { expect, test } from 'vitest';
import { signBodyLink, verifyBodyLink } from './body-link.js';

const LINKS = { base: 'https://host.example/helicone/api', key: 'secret', expiresAt: 1_800_000_000_000 };
const ID = '00000000-0000-7000-8000-000000000001';

function proofOf(link: string, { id = ID, now = 1_700_000_000_000 } = {}) {
  const { searchParams } = new URL(link);
  return {
    key: LINKS.key,
    tenant: searchParams.get('tenant') ?? '',
    id,
    expires: Number(searchParams.get('expires')),
    signature: searchParams.get('signature') ?? '',
    now,
  };
}

test('a link is what it always was', () => {
  expect(signBodyLink({ links: LINKS, tenant: 'acme', id: ID })).toBe(
    // printf 'acme\n00000000-0000-7000-8000-000000000001\n1800000000000' | openssl dgst -sha256 -hmac secret
    `https://host.example/helicone/api/v1/request/${ID}/bodies?tenant=acme&expires=1800000000000&signature=c45c3699dd765e5b5a5f46fa85ab69fa71fdc38f4c10eaf9b3e204b073a50c17`,
  );
});

test.each(['acme', 'a&b=c #?/%', 'ünï 世界 👋', 'line\nbreak', '\ud800', ''])('a link of tenant %j holds', (tenant) => {
  const proof = proofOf(signBodyLink({ links: LINKS, tenant, id: ID }));
  expect(proof.tenant).toBe(tenant.toWellFormed());
  expect(verifyBodyLink(proof)).toBe(true);
});

test('nothing in it can be changed, and it ends', () => {
  const proof = proofOf(signBodyLink({ links: LINKS, tenant: 'acme', id: ID }));
  const other = proof.signature.startsWith('0') ? '1' : '0';
  const changes = [
    { key: 'other' },
    { tenant: 'other' },
    { id: `${ID.slice(0, -1)}2` },
    { expires: proof.expires + 1 },
    { expires: Number.NaN },
    { expires: Number.POSITIVE_INFINITY },
    { now: LINKS.expiresAt },
    { signature: '' },
    { signature: other + proof.signature.slice(1) },
    { signature: proof.signature.slice(0, -2) },
    { signature: `${proof.signature}00` },
    { signature: `${proof.signature}zz` },
    { signature: 'é'.repeat(64) },
  ];
  for (const change of changes) expect(verifyBodyLink({ ...proof, ...change }), JSON.stringify(change)).toBe(false);
  expect(verifyBodyLink({ ...proof, now: LINKS.expiresAt - 1 })).toBe(true);
});

test('the parts cannot be moved into each other', () => {
  const proof = proofOf(signBodyLink({ links: LINKS, tenant: 'a\nb', id: 'c' }), { id: 'c' });
  expect(verifyBodyLink(proof)).toBe(true);
  expect(verifyBodyLink({ ...proof, tenant: 'a', id: 'b\nc' })).toBe(false);
});
