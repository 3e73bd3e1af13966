import type { Route } from '../call.js';
import { ProxyError } from '../errors.js';
import type { AwsAccess } from '../providers/aws-options.js';
import type { CredentialHeader } from '../providers/provider-rows.js';
import type { Provider, Secret } from '../providers/registry.js';
import type { WireFormat } from '../providers/wire.js';
import { wireForPath } from '../providers/wire-for-path.js';
import type { TargetGuard } from '../upstream/target-guard.js';
import type { HeaderValues } from './header-table.js';

/** Where one call goes. */
export interface Target {
  /** Provider name for the record: one of the registry's, else the target's host. */
  provider: string;
  origin: string;
  /** Path on that origin, without query. */
  path: string;
  wire: WireFormat | null;
  credential: CredentialHeader;
  /** Server-held key; null for targets that a caller chose. */
  apiKey: Secret | null;
  headers: Readonly<Record<string, string>>;
  /** Whether the origin comes from the options or our table; one that a caller chose is guarded. */
  trusted: boolean;
  /** How the call is signed with AWS credentials; absent: it is not, as for targets that a caller chose. */
  aws?: AwsAccess | undefined;
}

export interface TargetChoice {
  route: Route;
  values: HeaderValues;
  guard: TargetGuard;
  /** All providers, to name a caller-chosen origin. */
  providers: Iterable<Provider>;
}

/** Whether a call's route, by itself or by its header, leads to any target. */
export function hasTarget({ provider }: Route, values: HeaderValues): boolean {
  if (provider === null) return values['helicone-target-url'] !== undefined;
  return provider.origin !== null;
}

/** Decides where a call goes. Throws `invalid_target` or `target_forbidden`. */
export function chooseTarget({ route, values, guard, providers }: TargetChoice): Target {
  const { provider, rest } = route;
  const header = provider === null ? 'helicone-target-url' : 'helicone-openai-api-base';
  const chosen = provider === null || provider.name === 'openai' ? values[header] : undefined;
  if (chosen !== undefined) return chosenTarget({ origin: chosen, header, rest, guard, providers });
  if (provider === null) {
    throw new ProxyError('invalid_target', 'helicone-target-url: needed on /gateway; send the origin to call');
  }
  if (provider.origin === null) {
    const { name, aws } = provider;
    const how = aws?.bedrock ? `region in the options, or call /${name}/v1/<region>/…` : 'baseUrl in the options';
    throw new ProxyError('invalid_target', `${name} has no fixed address: set providers.${name}.${how}`);
  }
  return {
    provider: provider.name,
    origin: provider.origin,
    path: provider.basePath + rest,
    wire: provider.wire ?? wireForPath(rest, provider),
    credential: provider.credential,
    apiKey: provider.apiKey,
    headers: provider.headers,
    trusted: true,
    aws: provider.aws,
  };
}

function chosenTarget(chosen: {
  origin: string;
  header: string;
  rest: string;
  guard: TargetGuard;
  providers: Iterable<Provider>;
}): Target {
  const { origin, header, rest, guard, providers } = chosen;
  guard.check(origin, header);
  let known: Provider | null = null;
  for (const provider of providers) if (provider.origin === origin) known = provider;
  const name = known?.name ?? new URL(origin).hostname;
  return {
    provider: name,
    origin,
    path: rest,
    wire: known?.wire ?? wireForPath(rest, { name, origin }),
    credential: known?.credential ?? 'authorization',
    // A server-held key never goes where a caller points.
    apiKey: null,
    headers: {},
    trusted: false,
  };
}
