import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../options.js';
import { inRegion } from './in-region.js';
import { createRegistry, type Provider, type ProviderOptions } from './registry.js';

const KEYS = { accessKeyId: 'AKIA1', secretAccessKey: 'very/secret' };
const OTHER = { accessKeyId: 'AKIA2', secretAccessKey: 'other' };

function bedrock(options: ProviderOptions = {}): Provider {
  return createRegistry({ bedrock: options }).get('bedrock') as Provider;
}

describe('Bedrock', () => {
  test('without options has no address, and signs for callers alone', () => {
    expect(bedrock()).toMatchObject({
      origin: null,
      aws: { credentials: null, region: null, service: 'bedrock', bedrock: true },
    });
  });

  test('a region is its address', () => {
    expect(bedrock({ aws: KEYS, region: 'eu-central-1' })).toMatchObject({
      origin: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
      basePath: '',
      aws: { credentials: KEYS, region: 'eu-central-1' },
    });
  });

  test('an address of AWS’s tells the region, any other one is kept', () => {
    const fips = 'https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com';
    expect(bedrock({ baseUrl: fips })).toMatchObject({ origin: fips, aws: { region: 'us-gov-west-1' } });
    const endpoint = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com';
    expect(bedrock({ baseUrl: endpoint })).toMatchObject({ origin: endpoint, aws: { region: 'us-east-1' } });
    const own = { baseUrl: 'http://10.0.0.1:8080/b', region: 'us-iso-east-1' };
    expect(bedrock(own)).toMatchObject({
      origin: 'http://10.0.0.1:8080',
      basePath: '/b',
      aws: { region: 'us-iso-east-1' },
    });
  });

  test('targets have regions and credentials of their own', () => {
    const targets = [{}, { region: 'us-west-2' }, { aws: OTHER }, { apiKey: 'token' }, { baseUrl: 'http://10.0.0.1' }];
    expect(bedrock({ aws: KEYS, region: 'us-east-1', targets }).targets).toMatchObject([
      { origin: 'https://bedrock-runtime.us-east-1.amazonaws.com', apiKey: null, aws: { credentials: KEYS } },
      { origin: 'https://bedrock-runtime.us-west-2.amazonaws.com', aws: { credentials: KEYS, region: 'us-west-2' } },
      { origin: 'https://bedrock-runtime.us-east-1.amazonaws.com', aws: { credentials: OTHER, region: 'us-east-1' } },
      { apiKey: 'token', aws: { credentials: null } },
      { origin: 'http://10.0.0.1', aws: { credentials: KEYS, region: 'us-east-1' } },
    ]);
    const home = bedrock({ aws: KEYS, targets: [{ region: 'eu-west-1' }] });
    expect(home).toMatchObject({
      origin: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
      aws: { region: 'eu-west-1' },
    });
    const mixed = bedrock({ apiKey: 'token', region: 'us-east-1', targets: [{ aws: KEYS }, {}] }).targets;
    expect(mixed.map(({ apiKey, aws }) => [apiKey, aws?.credentials])).toEqual([
      [null, KEYS],
      ['token', null],
    ]);
  });
});

describe('in a region that a path names', () => {
  test('AWS’s own hosts are that region’s', () => {
    expect(inRegion(bedrock({ aws: KEYS }), 'cn-north-1')).toMatchObject({
      name: 'bedrock',
      origin: 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn',
      aws: { credentials: KEYS, region: 'cn-north-1' },
    });
    const fips = bedrock({ baseUrl: 'https://bedrock-runtime-fips.us-east-1.amazonaws.com' });
    expect(inRegion(fips, 'us-gov-west-1').origin).toBe('https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com');
    expect(fips.aws?.region).toBe('us-east-1');
  });

  test('any other address stays, and is signed for that region', () => {
    const targets = [{ region: 'us-west-2' }, { baseUrl: 'http://10.0.0.1/b' }];
    const moved = inRegion(bedrock({ aws: KEYS, region: 'us-east-1', targets }), 'eu-west-1');
    expect(moved.targets).toMatchObject([
      { origin: 'https://bedrock-runtime.eu-west-1.amazonaws.com', aws: { region: 'eu-west-1' } },
      { origin: 'http://10.0.0.1', basePath: '/b', aws: { region: 'eu-west-1' } },
    ]);
  });
});

test('another provider is signed only with aws, for its own service', () => {
  const baseUrl = 'https://abc.execute-api.eu-west-1.amazonaws.com/prod';
  const registry = createRegistry({ mine: { baseUrl, aws: KEYS, service: 'execute-api' }, plain: { baseUrl } });
  expect(registry.get('mine')?.aws).toEqual({
    credentials: KEYS,
    region: 'eu-west-1',
    service: 'execute-api',
    bedrock: false,
  });
  expect(registry.get('plain')?.aws).toBeUndefined();
  expect(registry.get('openai')?.aws).toBeUndefined();
  const targets = [{ baseUrl }, { baseUrl: 'http://10.0.0.1', region: 'us-east-1' }, { baseUrl, apiKey: 'k' }];
  const among = createRegistry({ mine: { aws: KEYS, targets } }).get('mine');
  expect(among?.aws).toMatchObject({ credentials: KEYS, region: 'eu-west-1' });
  expect(among?.targets.map(({ aws }) => aws?.region)).toEqual(['eu-west-1', 'us-east-1', undefined]);
});

test('a function is kept as it is, and a literal taken as it is now', () => {
  const aws = (): typeof KEYS => KEYS;
  expect(bedrock({ aws }).aws?.credentials).toBe(aws);
  const given = { ...KEYS };
  const provider = bedrock({ aws: given });
  given.secretAccessKey = 'changed';
  expect(provider.aws?.credentials).toEqual(KEYS);
});

describe('what cannot be used is refused by name, without its value', () => {
  test.each<[string, unknown, string]>([
    ['bedrock', { aws: 'AKIA' }, 'providers.bedrock.aws: must be { accessKeyId'],
    ['bedrock', { aws: null }, 'providers.bedrock.aws: must be'],
    ['bedrock', { aws: {} }, 'providers.bedrock.aws.accessKeyId'],
    ['bedrock', { aws: { accessKeyId: 'AKIA1' } }, 'providers.bedrock.aws.secretAccessKey'],
    ['bedrock', { aws: { ...KEYS, accessKeyId: 'a,b' } }, 'providers.bedrock.aws.accessKeyId'],
    ['bedrock', { aws: { ...KEYS, secretAccessKey: 'very/secret\n' } }, 'providers.bedrock.aws.secretAccessKey'],
    ['bedrock', { aws: { ...KEYS, sessionToken: '' } }, 'providers.bedrock.aws.sessionToken'],
    ['bedrock', { aws: { ...KEYS, sessiontoken: 'x' } }, 'providers.bedrock.aws: unknown key "sessiontoken"'],
    ['bedrock', { aws: { ...KEYS, expiration: 1 } }, 'providers.bedrock.aws: unknown key "expiration"'],
    ['bedrock', { aws: KEYS, apiKey: 'k' }, 'providers.bedrock: apiKey or aws, not both'],
    ['bedrock', { aws: KEYS, headers: { Authorization: 'Bearer k' } }, 'providers.bedrock.headers: authorization is'],
    ['bedrock', { region: 'mars' }, 'providers.bedrock.region: "mars" is not a region'],
    ['bedrock', { region: 7 }, 'providers.bedrock.region'],
    ['bedrock', { region: 'us-iso-east-1' }, 'providers.bedrock.region: the host of us-iso-east-1 is not known'],
    [
      'bedrock',
      { baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com', region: 'eu-west-1' },
      'providers.bedrock.region: eu-west-1 is not the region of providers.bedrock.baseUrl',
    ],
    ['bedrock', { aws: KEYS, service: 'a/b' }, 'providers.bedrock.service'],
    [
      'bedrock',
      { region: 'us-east-1', targets: [{ aws: KEYS, apiKey: 'k' }] },
      'providers.bedrock.targets[0]: apiKey or',
    ],
    ['bedrock', { region: 'us-east-1', targets: [{ region: 'x' }] }, 'providers.bedrock.targets[0].region'],
    ['bedrock', { targets: [{ aws: KEYS }] }, 'providers.bedrock.targets[0].baseUrl: needed'],
    ['mine', { baseUrl: 'http://10.0.0.1', aws: KEYS }, 'providers.mine.region: needed'],
    [
      'mine',
      { baseUrl: 'http://10.0.0.1', region: 'us-east-1' },
      'providers.mine.region: only for calls that are signed',
    ],
    ['openai', { service: 'bedrock' }, 'providers.openai.service: only for calls that are signed'],
    ['openai', { awss: KEYS }, 'providers.openai: unknown key "awss"'],
  ])('%s %j', (name, options, message) => {
    const make = (): unknown =>
      createRegistry(resolveOptions({ providers: { [name]: options as ProviderOptions } }).providers);
    expect(make).toThrow(message);
    expect(make).not.toThrow('very/secret');
  });
});
