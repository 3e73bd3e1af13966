import { expectKeys } from '../option-values.js';
import { bedrockRegion, isRegion, regionOfHost } from '../policy/aws-region.js';

/** An identity at AWS, in the shape that the AWS SDK's credential providers give. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string;
}

/**
 * AWS credentials that the server holds, or where to get them: `fromNodeProviderChain()` of `@aws-sdk/credential-providers`
 * as it is. A function is asked on each call; those of the SDK keep what they have until it expires.
 */
export type AwsSecret = AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);

/** How calls to one address are signed (AWS Signature Version 4). */
export interface AwsAccess {
  /** The server's; null: it has none, and signs only for callers who give theirs. */
  readonly credentials: AwsSecret | null;
  /** Null: each call's path must say. */
  readonly region: string | null;
  /** Name of the service in the signature. */
  readonly service: string;
  /** Bedrock: the address may be that of another region, and callers may give credentials of their own. */
  readonly bedrock: boolean;
}

/** What the options say of a provider or of one of its targets. */
export interface AwsOptions {
  aws?: AwsSecret | undefined;
  region?: string | undefined;
  service?: string | undefined;
}

/** What a target's access is made of besides its own options. */
interface AwsContext {
  bedrock: boolean;
  /** Where the calls go; null: nowhere yet. */
  url: URL | null;
  /** The provider's own access, for one of its targets. */
  own: AwsAccess | undefined;
  /** Path of the options, for messages. */
  key: string;
}

const SERVICE = 'bedrock';

/** Checks the options that concern AWS. Undefined when nothing is signed there. Throws a `TypeError` that names the wrong key. */
export function toAwsAccess(given: AwsOptions, { bedrock, url, own, key }: AwsContext): AwsAccess | undefined {
  const credentials = given.aws === undefined ? (own?.credentials ?? null) : toAwsSecret(given.aws, `${key}.aws`);
  if (credentials === null && !bedrock) {
    const name = given.region !== undefined ? 'region' : given.service !== undefined ? 'service' : null;
    if (name !== null) throw new TypeError(`${key}.${name}: only for calls that are signed, with aws`);
    return undefined;
  }
  const region = regionOf(given.region, url, key) ?? own?.region ?? null;
  // Without an address there are targets, each with one.
  if (region === null && !bedrock && url !== null)
    throw new TypeError(`${key}.region: needed, since the address does not name it`);
  return { credentials, region, service: serviceOf(given.service, key) ?? own?.service ?? SERVICE, bedrock };
}

/** Checks credentials that stand in the options. Throws a `TypeError` that names the wrong key, and never shows its value. */
function toAwsSecret(given: unknown, key: string): AwsSecret {
  if (typeof given === 'function') return given as AwsSecret;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${key}: must be { accessKeyId, secretAccessKey, sessionToken? } or a function that gives it`);
  }
  expectKeys(key, given, ['accessKeyId', 'secretAccessKey', 'sessionToken']);
  const wrong = wrongPart(given);
  if (wrong !== null) throw new TypeError(`${key}.${wrong}: must be text without spaces`);
  const { accessKeyId, secretAccessKey, sessionToken } = given as AwsCredentials;
  return Object.freeze({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
}

/** Whether a value is credentials that a call can be signed with; it may have more members. */
export function isAwsCredentials(value: unknown): value is AwsCredentials {
  return typeof value === 'object' && value !== null && wrongPart(value) === null;
}

/** What can stand in a header, and for the id in the list that the signature makes of it. */
const TEXT = /^[\x21-\x7e]+$/;
const ID = /^[\x21-\x2b\x2d-\x7e]+$/;

function wrongPart(value: Partial<Record<keyof AwsCredentials, unknown>>): keyof AwsCredentials | null {
  const { accessKeyId, secretAccessKey, sessionToken } = value;
  if (typeof accessKeyId !== 'string' || !ID.test(accessKeyId)) return 'accessKeyId';
  if (typeof secretAccessKey !== 'string' || !TEXT.test(secretAccessKey)) return 'secretAccessKey';
  if (sessionToken === undefined) return null;
  return typeof sessionToken === 'string' && TEXT.test(sessionToken) ? null : 'sessionToken';
}

function regionOf(given: string | undefined, url: URL | null, key: string): string | null {
  const named = url === null ? null : regionOfHost(url.hostname);
  if (given === undefined) return named;
  if (typeof given !== 'string' || !/^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/.test(given)) {
    throw new TypeError(`${key}.region: ${JSON.stringify(given)} is not a region such as us-east-1`);
  }
  // A host is made of it.
  if (url === null && !isRegion(given)) {
    throw new TypeError(`${key}.region: the host of ${given} is not known; set ${key}.baseUrl too`);
  }
  if (url !== null && bedrockRegion(url.origin) !== null && named !== given) {
    throw new TypeError(`${key}.region: ${given} is not the region of ${key}.baseUrl`);
  }
  return given;
}

function serviceOf(given: string | undefined, key: string): string | null {
  if (given === undefined) return null;
  if (typeof given === 'string' && /^[a-z0-9-]+$/.test(given)) return given;
  throw new TypeError(`${key}.service: must be the service's name in signatures, such as bedrock`);
}
