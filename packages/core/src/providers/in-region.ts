import { bedrockOrigin, bedrockRegion } from '../policy/aws-region.js';
import type { AwsAccess } from './aws-options.js';
import type { Provider } from './registry.js';

/**
 * Bedrock as a path that names a region calls it: what goes to AWS's own hosts goes to those of that region, what goes to any
 * other address (a VPC endpoint, a stand-in) is signed for it. Nothing but the region comes from the caller.
 */
export function inRegion(provider: Provider, region: string): Provider {
  const { targets, ...own } = provider;
  return { ...own, ...moved(own, region), targets: targets.map((target) => ({ ...target, ...moved(target, region) })) };
}

interface Address<Origin> {
  origin: Origin;
  aws?: AwsAccess | undefined;
}

function moved<Origin extends string | null>(
  { origin, aws }: Address<Origin>,
  region: string,
): Address<Origin | string> {
  const isOwnHost = origin === null || bedrockRegion(origin) !== null;
  return { origin: isOwnHost ? bedrockOrigin(region, origin) : origin, aws: aws && { ...aws, region } };
}
