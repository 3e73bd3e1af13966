import { describe, expect, test } from 'vitest';
import { ProxyError } from '../errors.js';
import { bedrockOrigin, bedrockRegion, isRegion, regionOfHost, regionPath } from './aws-region.js';

describe('regions', () => {
  test.each([
    'us-east-1',
    'us-gov-west-1',
    'eu-central-2',
    'ap-southeast-7',
    'ap-northeast-3',
    'cn-northwest-1',
    'sa-east-1',
    'ca-west-1',
    'me-central-1',
    'af-south-1',
    'il-central-1',
    'mx-central-1',
    'eusc-de-east-1',
  ])('%s is one', (region) => {
    expect(isRegion(region)).toBe(true);
    expect(bedrockRegion(bedrockOrigin(region))).toBe(region);
  });

  test.each([
    ...['', 'us-east', 'us-east-0', 'us-east-10', 'US-EAST-1', 'us-east-1 ', 'us-east-1\n', 'us_east_1', 'us-evil-1'],
    ...['xx-east-1', 'us-east-1.evil.example', 'us-east-1/', 'us-east-1%2e', 'localhost', 'us-iso-east-1', '__proto__'],
  ])('"%s" is none that callers may choose', (text) => {
    expect(isRegion(text)).toBe(false);
  });
});

describe('hosts of Bedrock', () => {
  test('one for each region, in its partition', () => {
    expect(bedrockOrigin('us-east-1')).toBe('https://bedrock-runtime.us-east-1.amazonaws.com');
    expect(bedrockOrigin('us-gov-west-1')).toBe('https://bedrock-runtime.us-gov-west-1.amazonaws.com');
    expect(bedrockOrigin('cn-north-1')).toBe('https://bedrock-runtime.cn-north-1.amazonaws.com.cn');
    expect(bedrockOrigin('eusc-de-east-1')).toBe('https://bedrock-runtime.eusc-de-east-1.amazonaws.eu');
  });

  test('of the kind that is asked for', () => {
    const fips = 'https://bedrock-runtime-fips.us-east-1.amazonaws.com';
    expect(bedrockOrigin('us-gov-east-1', fips)).toBe('https://bedrock-runtime-fips.us-gov-east-1.amazonaws.com');
    const dual = 'https://bedrock-runtime.us-east-1.api.aws';
    expect(bedrockOrigin('eu-west-1', dual)).toBe('https://bedrock-runtime.eu-west-1.api.aws');
    expect(bedrockOrigin('cn-north-1', dual)).toBe('https://bedrock-runtime.cn-north-1.api.amazonwebservices.com.cn');
    expect(bedrockOrigin('eu-west-1', 'http://127.0.0.1:1')).toBe('https://bedrock-runtime.eu-west-1.amazonaws.com');
  });

  test.each([
    'http://bedrock-runtime.us-east-1.amazonaws.com',
    'https://bedrock-runtime.us-east-1.amazonaws.com:8443',
    'https://bedrock-runtime.us-east-1.amazonaws.com.evil.example',
    'https://bedrock-runtime.us-east-1.amazonaws.com.cn',
    'https://bedrock-agent-runtime.us-east-1.amazonaws.com',
    'https://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com',
    'https://bedrock-runtime.nowhere.amazonaws.com',
  ])('%s is none', (origin) => {
    expect(bedrockRegion(origin)).toBeNull();
  });

  test('the region that a host of AWS names', () => {
    expect(regionOfHost('bedrock-runtime.us-east-1.amazonaws.com')).toBe('us-east-1');
    expect(regionOfHost('vpce-1-a.bedrock-runtime.us-gov-west-1.vpce.amazonaws.com')).toBe('us-gov-west-1');
    expect(regionOfHost('abc.execute-api.cn-north-1.amazonaws.com.cn')).toBe('cn-north-1');
    expect(regionOfHost('bedrock-runtime.eu-west-1.api.aws')).toBe('eu-west-1');
    for (const host of ['127.0.0.1', 'localhost', 'x.us-east-1.evil.example', 's3.amazonaws.com']) {
      expect(regionOfHost(host)).toBeNull();
    }
  });
});

describe('paths that name a region', () => {
  test('are taken apart', () => {
    expect(regionPath('/v1/us-east-1/model/a%3A0/converse')).toEqual({
      region: 'us-east-1',
      rest: '/model/a%3A0/converse',
    });
    expect(regionPath('/v1/eu-west-1/openai/v1/chat/completions')?.rest).toBe('/openai/v1/chat/completions');
  });

  test('others are left alone', () => {
    for (const path of [
      '/model/a/converse',
      '/',
      '/v1',
      '/v1/us-east-1',
      '/v1/chat/completions',
      '/v2/us-east-1/model/a',
    ]) {
      expect(regionPath(path)).toBeNull();
    }
  });

  test('what stands in its place must be one', () => {
    expect(() => regionPath('/v1/nowhere/model/a/converse')).toThrow(ProxyError);
    expect(() => regionPath('/v1//model/a/converse')).toThrow('/v1/<region>/…');
  });
});
