import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ProxyError } from '../errors.js';
import type { Provider } from '../providers/registry.js';

/** Which origins callers may choose. */
export interface TargetOptions {
  /** Further origins, hosts or `*.host` patterns; a RegExp must match the whole origin. */
  allow?: (string | RegExp)[];
  /** Lets caller-chosen targets resolve to private, loopback and link-local addresses. Default false. */
  privateNetworks?: boolean;
}

/**
 * Helicone's approved families (reference 2.4), over https: hosts, and `*.` for families of hosts. Its entries for
 * 127.0.0.1 and for hosts of people are left out; `targets.allow` takes what a team needs besides.
 */
const APPROVED = [
  'api.openai.com',
  'api.anthropic.com',
  'api.llama.com',
  'integrate.api.nvidia.com',
  '*.openai.azure.com',
  '*.azure-api.net',
  '*.cognitiveservices.azure.com',
  '*.services.ai.azure.com',
  'api.tokenfactory.nebius.com',
  'api.endpoints.anyscale.com',
  'gateway.ai.cloudflare.com',
  'api.x.ai',
  'api.together.xyz',
  'api.lemonfox.ai',
  'api.fireworks.ai',
  'api.perplexity.ai',
  '*.googleapis.com',
  'openrouter.ai',
  'api.openrouter.ai',
  'api.groq.com',
  'api.cohere.ai',
  'api.cohere.com',
  'api.mistral.ai',
  'api.deepinfra.com',
  'qstash.upstash.io',
  'api.firecrawl.dev',
  '*.amazonaws.com',
  'api.deepseek.com',
  'api.avian.io',
  'api.novita.ai',
  'api.openpipe.ai',
  'chutes.com',
  'llm.chutes.com',
  'ai-gateway.vercel.sh',
  'api.cerebras.ai',
];

/** Decides on origins that a caller chose. */
export interface TargetGuard {
  /** Throws `target_forbidden` when the origin may not be called. */
  check(origin: string, header: string): void;
  /** Private, loopback and link-local addresses may be called. */
  readonly privateNetworks: boolean;
  /** Whether a URL names an address, and that a private one: undici asks no lookup for those. */
  isPrivate(url: URL): boolean;
  /** DNS lookup for connections to caller-chosen targets: the address that is checked is the one connected to. */
  readonly lookup: LookupFunction;
}

/** Builds the guard once. Throws a `TypeError` that names an entry of `targets.allow` that cannot be used. */
export function createTargetGuard(options: TargetOptions, providers: Iterable<Provider>): TargetGuard {
  const { allow = [] } = options;
  if (!Array.isArray(allow)) throw new TypeError('targets.allow: must be a list of texts and regular expressions');
  const rules = [...APPROVED.map(toRule), ...allow.map(toRule)];
  const configured = new Set<string>();
  for (const provider of providers) {
    if (provider.origin !== null) configured.add(provider.origin);
    for (const { origin } of provider.targets) configured.add(origin);
  }
  const { privateNetworks = false } = options;
  if (typeof privateNetworks !== 'boolean') throw new TypeError('targets.privateNetworks: must be true or false');
  return {
    check(origin, header) {
      const url = new URL(origin);
      if (!configured.has(origin) && !rules.some((rule) => rule(url))) {
        throw new ProxyError('target_forbidden', `${header}: this target is not among those that may be called`);
      }
      if (!privateNetworks && isPrivate(url)) throw privateTarget(header);
    },
    privateNetworks,
    isPrivate,
    lookup: privateNetworks ? (systemLookup as LookupFunction) : publicLookup,
  };
}

function isPrivate({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && !isPublic(address);
}

function privateTarget(header: string): ProxyError {
  return new ProxyError('target_forbidden', `${header}: this target is at a private address`);
}

type Rule = (url: URL) => boolean;

function toRule(entry: string | RegExp, index: number): Rule {
  if (entry instanceof RegExp) {
    const whole = new RegExp(`^(?:${entry.source})$`, entry.flags.replace(/[gy]/g, ''));
    return (url) => whole.test(url.origin);
  }
  if (typeof entry !== 'string') throw new TypeError(`targets.allow[${index}]: must be text or a regular expression`);
  if (entry.includes('://')) {
    if (!URL.canParse(entry) || new URL(entry).origin === 'null') {
      throw new TypeError(`targets.allow[${index}]: ${JSON.stringify(entry)} is not an origin`);
    }
    const { origin } = new URL(entry);
    return (url) => url.origin === origin;
  }
  if (!/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i.test(entry)) {
    throw new TypeError(`targets.allow[${index}]: ${JSON.stringify(entry)} is not an origin, a host or *.host`);
  }
  if (entry.startsWith('*.')) {
    const family = new URL(`https://x${entry.slice(1)}`).host.slice(1);
    return (url) => url.protocol === 'https:' && url.host.endsWith(family);
  }
  const { host } = new URL(`https://${entry}`);
  return (url) => url.protocol === 'https:' && url.host === host;
}

/** Only global unicast: private, loopback, link-local, multicast, 6to4 and NAT64 wrappings all have other names here. */
function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  // ipaddr.js takes ::/96, the old "IPv4-compatible" addresses (RFC 4291 section 2.5.5.1), for ordinary ones.
  if (parsed.kind() === 'ipv6' && (parsed as ipaddr.IPv6).parts.slice(0, 6).every((part) => part === 0)) return false;
  return parsed.range() === 'unicast';
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    // One private answer among public ones is how a name is rebound: refuse the lot.
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => !isPublic(address))) {
      return callback(Object.assign(new Error('private address'), { code: PRIVATE_ADDRESS }), '', 0);
    }
    if (options.all === true) (callback as (e: null, a: typeof addresses) => void)(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Error code of a connection refused by the guard. */
export const PRIVATE_ADDRESS = 'ERR_HELICONE_PRIVATE_ADDRESS';
