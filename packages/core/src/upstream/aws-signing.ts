import type { Call } from '../call.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import { callersAwsKeys, withoutSignature } from '../policy/aws-authorization.js';
import type { Target } from '../policy/target.js';
import { type AwsAccess, type AwsCredentials, type AwsSecret, isAwsCredentials } from '../providers/aws-options.js';
import { bodyHash, type HashWait } from './body-hash.js';
import { given, whileCallLasts } from './given.js';
import { type ForwardedHead, needsServerKey, type UpstreamHead, upstreamHead } from './request-headers.js';
import type { Signer } from './sigv4.js';

/** Credentials that a call is signed with. */
export interface SigningSecret {
  secret: AwsSecret;
  /** They are the server's; else the caller's own, from its headers. */
  ours: boolean;
}

/** What a call to its target is signed with; null: it is not. Throws `invalid_header` for half of a caller's own. */
export function signingSecret(head: ForwardedHead, caller: Caller, target: Target): SigningSecret | null {
  const { aws } = target;
  if (aws === undefined || !target.trusted) return null;
  const own = aws.bedrock ? callersAwsKeys(head.headers) : null;
  if (own !== null) return { secret: own, ours: false };
  if (aws.credentials === null || !needsServerKey(head, caller, target)) return null;
  return { secret: aws.credentials, ours: true };
}

/** Whether a call may get a signature, at any of the places that it may go to: its body is then needed whole. */
export function mayBeSigned(call: Call): boolean {
  const provider = call.route?.provider;
  if (provider === undefined || provider === null) return false;
  if (maySign(provider.aws, call)) return true;
  for (const target of provider.targets) if (maySign(target.aws, call)) return true;
  return false;
}

function maySign(aws: AwsAccess | undefined, { caller, request }: Call): boolean {
  if (aws === undefined) return false;
  if (aws.credentials !== null && caller?.authenticated === true) return true;
  return aws.bedrock && request.headers['aws-access-key'] !== undefined;
}

/** One call that is to be signed. */
export interface SignedCall {
  call: Call & { target: Target };
  forwarded: ForwardedHead;
  signing: SigningSecret;
  signer: Signer;
  /** When the whole call must be over, on the clock of `performance.now()`. */
  totalAt: number;
  /** Wall clock, Unix ms. */
  clock: () => number;
}

/**
 * Builds the head of an upstream request with a signature made for this very target. Rejects with `auth_unavailable` when the
 * host does not give its credentials, with `request_too_large` for a body that is not held whole, with `invalid_target` when
 * nobody says which region it is for.
 */
export async function signedHead({ call, forwarded, signing, ...rest }: SignedCall): Promise<UpstreamHead> {
  const { target, body, request } = call;
  const { region, service } = target.aws as AwsAccess;
  if (region === null) {
    throw new ProxyError(
      'invalid_target',
      'the region to sign for is not known: call /v1/<region>/…, or set region in the options',
    );
  }
  if (body !== null && !(body instanceof Uint8Array)) {
    throw new ProxyError(
      'request_too_large',
      'the request body is too long to be signed: it is not held whole (limits.bufferedBytes)',
    );
  }
  const { credentials, hash } = await credentialsAndHash(signing.secret, call, rest.totalAt);
  if (signing.ours) {
    const { secretAccessKey, sessionToken } = credentials;
    call.serverKeys = [
      ...(call.serverKeys ?? []),
      secretAccessKey,
      ...(sessionToken === undefined ? [] : [sessionToken]),
    ];
  }
  const bare = { headers: withoutSignature(forwarded.headers), query: forwarded.query };
  const head = upstreamHead(bare, target, null);
  const { origin } = target;
  const signable = { method: request.method, origin, path: head.path, headers: head.headers, bodyHash: hash };
  head.headers.push(...rest.signer(signable, { credentials, region, service, now: rest.clock() }));
  return head;
}

/** What a signature is made of, as long as the call lasts: what is left of its body is not hashed when it is over. */
async function credentialsAndHash(
  secret: AwsSecret,
  call: Call,
  totalAt: number,
): Promise<{ credentials: AwsCredentials; hash: string }> {
  const held = typeof secret === 'function' ? given(secret, isAwsCredentials) : secret;
  const wait: HashWait = { over: false };
  try {
    const both = Promise.all([held, bodyHash(call.body as Uint8Array | null, wait)]);
    const [credentials, hash] = await whileCallLasts(both, call, totalAt);
    return { credentials, hash };
  } finally {
    wait.over = true;
  }
}
