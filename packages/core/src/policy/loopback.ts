import ipaddr from 'ipaddr.js';
import type { EngineRequest } from '../contract.js';
import { firstValue } from './headers.js';

/** Set by proxies; their presence means that the peer on the socket is not the caller. */
const FORWARDING_HEADER = /^(forwarded|via|x-forwarded-.+|x-real-ip)$/;

/**
 * Whether a request comes from this machine and was meant for it: loopback peer, loopback `Host` (a page in a browser that
 * rebinds its own name to 127.0.0.1 sends that name), no sign of a proxy in between, and no page from elsewhere that asks: a host
 * that allows every origin would let it read the answer.
 */
export function isLocal(request: EngineRequest): boolean {
  if (request.remoteAddress === undefined || !isLoopbackAddress(request.remoteAddress)) return false;
  if (Object.keys(request.headers).some((name) => FORWARDING_HEADER.test(name))) return false;
  const { host, origin } = request.headers;
  return isLoopbackHost(firstValue(host)) && (origin === undefined || isLoopbackOrigin(firstValue(origin)));
}

function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin !== undefined && /^https?:\/\//.test(origin) && isLoopbackHost(origin.replace(/^https?:\/\//, ''));
}

function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
}
