/** Longest URL that deliveries are posted to, characters. */
const MAX_LENGTH = 2048;

/** What is wrong with a URL that deliveries are to be posted to; null: nothing. */
export function destinationFault(destination: unknown): string | null {
  if (typeof destination !== 'string' || !URL.canParse(destination)) return 'must be an http(s) URL';
  const { protocol, username, password } = new URL(destination);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must be an http(s) URL';
  if (username !== '' || password !== '') return 'must not carry a user name or password';
  return destination.length > MAX_LENGTH ? `must not be longer than ${MAX_LENGTH} characters` : null;
}

/**
 * The same for a URL that somebody gives over REST, who is not the host: https, and not at a private address as far as the URL
 * shows it. Names are looked up when something is sent.
 */
export function guestDestinationFault(destination: string, guard: DestinationGuard): string | null {
  const fault = destinationFault(destination);
  if (fault !== null || guard.privateNetworks) return fault;
  const url = new URL(destination);
  if (url.protocol !== 'https:') return 'must be an https URL';
  // RFC 6761 section 6.3; a dot at the end says that nothing is left out.
  return /(^|\.)localhost\.?$/.test(url.hostname) || guard.isPrivate(url) ? 'must not be at a private address' : null;
}

/** What decides on private addresses. */
export interface DestinationGuard {
  /** They may be called. */
  readonly privateNetworks: boolean;
  /** Whether a URL names one. */
  isPrivate(url: URL): boolean;
}
