import { ProxyError } from '../errors.js';

/**
 * Regions by name, as the AWS SDK's table of partitions (`aws.partition` of its endpoint rules) and the list of regions
 * (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html) have them. So narrow since callers
 * choose one: what fits can be nothing but a label of a host name, and there are few enough to keep a pool for each.
 */
const REGION =
  /^(?:us(?:-gov)?|eu|ap|sa|ca|me|af|il|mx|cn|eusc-de)-(?:(?:north|south)(?:east|west)?|east|west|central)-[1-9]$/;

/** Ends of host names by partition, with IPv4 alone and with both; the last takes every region that is left. */
const SUFFIXES: readonly (readonly [prefix: string, ipv4: string, dual: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['', 'amazonaws.com', 'api.aws'],
];

/** Origin of Bedrock's own host in a region. */
const BEDROCK = /^https:\/\/(bedrock-runtime(?:-fips)?)\.([a-z0-9-]+)\.([a-z.]+)$/;

/** Whether the text names a region of AWS that anybody may use. */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** A path below `/bedrock`, taken apart. */
export interface RegionPath {
  region: string;
  /** Path on the region's host. */
  rest: string;
}

/**
 * Reads Helicone's form of Bedrock's paths, `/v1/<region>/model/…`. Null for a path that names no region. Throws
 * `invalid_target` when what stands in the region's place is none.
 */
export function regionPath(path: string): RegionPath | null {
  const found = /^\/v1\/([^/]*)(\/.*)$/.exec(path);
  if (found === null) return null;
  const [, region, rest] = found as unknown as [string, string, string];
  if (isRegion(region)) return { region, rest };
  // Servers that stand in for Bedrock may have paths of their own that begin so.
  if (!rest.startsWith('/model/')) return null;
  throw new ProxyError('invalid_target', 'the path must be /v1/<region>/…, with a region such as us-east-1');
}

/** Origin of Bedrock in a region, at the kind of host that `like` is (FIPS, dual stack); null: the usual one. */
export function bedrockOrigin(region: string, like: string | null = null): string {
  const [, host = 'bedrock-runtime', , suffix] = (like === null ? null : BEDROCK.exec(like)) ?? [];
  const isDual = SUFFIXES.some(([, , dual]) => dual === suffix);
  const [, ipv4, dual] = SUFFIXES.find(([prefix]) => region.startsWith(prefix)) as (typeof SUFFIXES)[number];
  return `https://${host}.${region}.${isDual ? dual : ipv4}`;
}

/** Region of an origin that is Bedrock's own; null for any other origin. */
export function bedrockRegion(origin: string): string | null {
  const region = BEDROCK.exec(origin)?.[2];
  return region !== undefined && isRegion(region) && bedrockOrigin(region, origin) === origin ? region : null;
}

/** The region that a host of AWS names, VPC endpoints included: `…<service>.<region>.vpce.amazonaws.com`. Null for others. */
export function regionOfHost(hostname: string): string | null {
  const found = /\.([a-z]{2,5}(?:-[a-z]+)+-\d{1,2})\.(?:vpce\.)?([a-z.]+)$/.exec(hostname);
  if (found === null) return null;
  return SUFFIXES.some(([, ipv4, dual]) => found[2] === ipv4 || found[2] === dual) ? (found[1] as string) : null;
}
