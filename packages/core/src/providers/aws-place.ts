import { bedrockOrigin, bedrockRegion } from '../policy/aws-region.js';
import { type AwsAccess, type AwsOptions, toAwsAccess } from './aws-options.js';

/** Where calls go and how they are signed there. */
export interface AwsPlace {
  /** Null: no address. */
  readonly url: URL | null;
  /** Undefined: they are not signed. */
  readonly aws: AwsAccess | undefined;
}

interface Asked {
  /** Address in the options; null: none. */
  url: URL | null;
  /** Calls go to Bedrock, which has a host for each region. */
  bedrock: boolean;
  /** Path of the options, for messages. */
  key: string;
}

/** A provider's own place. Throws a `TypeError` that names a wrong option. */
export function providerPlace(given: AwsOptions, { url, bedrock, key }: Asked): AwsPlace {
  const aws = toAwsAccess(given, { bedrock, url, own: undefined, key });
  return { url: url ?? hostOf(aws, null), aws };
}

/**
 * The place of one of a provider's targets: what it does not say is the provider's, but a credential of one kind takes the place
 * of the other. Throws a `TypeError` that names a wrong option.
 */
export function targetPlace(
  given: AwsOptions & { apiKey?: unknown },
  { own, ...asked }: Asked & { own: AwsPlace },
): AwsPlace {
  const { bedrock, key } = asked;
  const inherited = given.apiKey === undefined ? own.aws : withoutCredentials(own.aws);
  // A region of its own is another host, except where that is none of Bedrock's.
  const moves = given.region !== undefined && (own.url === null || bedrockRegion(own.url.origin) !== null);
  const url = asked.url ?? (bedrock && moves ? null : own.url);
  const aws = toAwsAccess(given, { bedrock, url, own: inherited, key });
  return { url: url ?? hostOf(aws, own.url), aws };
}

/** Bedrock's own host in the region that is signed for, of the same kind as `like`. */
function hostOf(aws: AwsAccess | undefined, like: URL | null): URL | null {
  return aws?.bedrock && aws.region !== null ? new URL(bedrockOrigin(aws.region, like?.origin)) : null;
}

/** Bedrock alone signs for callers too. */
function withoutCredentials(aws: AwsAccess | undefined): AwsAccess | undefined {
  return aws?.bedrock ? { ...aws, credentials: null } : undefined;
}
