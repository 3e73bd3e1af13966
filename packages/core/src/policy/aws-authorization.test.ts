import { describe, expect, test } from 'vitest';
import { accessKeyIdIn, callersAwsKeys, isAwsSignature, showsAwsSignature } from './aws-authorization.js';
import { keysIn, withoutOwnKeys } from './credentials.js';
import { secretsIn } from './secrets.js';

const signature = (id: string, separator = ', '): string =>
  [
    `AWS4-HMAC-SHA256 Credential=${id}/20261121/us-east-1/bedrock/aws4_request`,
    'SignedHeaders=host;x-amz-date',
    `Signature=${'a'.repeat(64)}`,
  ].join(separator);

const isOurs = (key: string): boolean => key === 'sk-ours';

describe('the access key id of a signature', () => {
  test.each([
    [signature('AKIA1'), 'AKIA1'],
    [signature('AKIA1', ','), 'AKIA1'],
    [signature('sk/with/slashes'), 'sk/with/slashes'],
    ['AWS4-HMAC-SHA256 SignedHeaders=host, Credential=AKIA1/20261121/us-east-1/bedrock/aws4_request', 'AKIA1'],
    ['AWS4-ECDSA-P256-SHA256 Credential=AKIA1/20261121/bedrock/aws4_request, SignedHeaders=host', 'AKIA1'],
    ['AWS4-HMAC-SHA256 Credential=AKIA1', null],
    ['AWS4-HMAC-SHA256 Credential=/20261121/us-east-1/bedrock/aws4_request', null],
  ])('%s', (credential, id) => {
    expect(accessKeyIdIn(credential)).toBe(id);
    expect(isAwsSignature(credential)).toBe(true);
    expect(keysIn(credential)).toEqual(id === null ? [] : [id]);
  });

  test('other credentials are none', () => {
    for (const text of ['Bearer AWS4-HMAC-SHA256', 'AWS4', 'Basic a', '']) expect(isAwsSignature(text)).toBe(false);
    expect(showsAwsSignature({})).toBe(false);
    expect(showsAwsSignature({ authorization: signature('a') })).toBe(true);
    expect(showsAwsSignature({ 'x-api-key': signature('a') })).toBe(false);
  });

  test('takes time that grows with the header alone', () => {
    for (const text of ['/20261121'.repeat(2000), 'Credential='.repeat(1500), '/20261121/a/'.repeat(1400)]) {
      const started = process.cpuUsage();
      accessKeyIdIn(`AWS4-HMAC-SHA256 Credential=${text}`);
      expect(process.cpuUsage(started).user).toBeLessThan(500_000);
    }
  });
});

describe('a signature with a key of ours', () => {
  const rest = { 'x-amz-date': '20261121T000000Z', 'x-amz-content-sha256': 'b', 'x-amz-security-token': 'token' };

  test('stays here with all that belongs to it', () => {
    const { headers } = withoutOwnKeys({ authorization: signature('sk-ours'), ...rest, accept: '*/*' }, '', isOurs);
    expect(headers).toEqual({ accept: '*/*' });
  });

  test('leaves another credential of the same header', () => {
    const both = { authorization: `Bearer sk-theirs, ${signature('sk-ours')}` };
    expect(withoutOwnKeys(both, '', isOurs).headers).toEqual({ authorization: 'Bearer sk-theirs' });
  });

  test('another one goes on byte for byte', () => {
    const headers = { authorization: signature('AKIA1', ','), ...rest };
    expect(withoutOwnKeys(headers, '', isOurs).headers).toEqual(headers);
  });

  test('is among what records must not show', () => {
    const headers = [{ authorization: signature('sk-ours-long'), 'x-amz-security-token': 'token-of-theirs' }];
    expect(secretsIn({ headers, queries: [], serverKeys: null })).toEqual(
      expect.arrayContaining(['sk-ours-long', 'a'.repeat(64), 'token-of-theirs']),
    );
  });
});

describe('credentials that a caller gives to sign with', () => {
  const both = { 'aws-access-key': 'AKIA1', 'aws-secret-key': 'secret' };

  test('are its headers’', () => {
    expect(callersAwsKeys({})).toBeNull();
    expect(callersAwsKeys({ 'aws-session-token': 't' })).toBeNull();
    expect(callersAwsKeys(both)).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: undefined });
    expect(callersAwsKeys({ ...both, 'aws-session-token': 't' })?.sessionToken).toBe('t');
    expect(callersAwsKeys({ ...both, 'aws-session-token': '' })?.sessionToken).toBeUndefined();
  });

  test.each([
    { 'aws-access-key': 'AKIA1' },
    { 'aws-secret-key': 'secret' },
    { ...both, 'aws-access-key': 'a, b' },
    { ...both, 'aws-secret-key': '' },
    { ...both, 'aws-session-token': 'é' },
  ])('%j: refused', (headers) => {
    expect(() => callersAwsKeys(headers)).toThrow('aws-access-key, aws-secret-key: both are needed');
  });

  test('are among what records must not show', () => {
    const headers = [
      { 'aws-access-key': 'AKIA00000001', 'aws-secret-key': 'secret-key', 'aws-session-token': 'a-token/==' },
    ];
    expect(secretsIn({ headers, queries: [], serverKeys: null })).toEqual(['AKIA00000001', 'secret-key', 'a-token/==']);
  });
});
