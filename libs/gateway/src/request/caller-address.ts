import { isIP, type Socket } from 'node:net';
import type { RequestHead } from '../headers/request-head.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** Where a request came from, as far as it can be believed. */
export class CallerAddress {
  /** IPv4, or IPv6 without brackets. */
  readonly address: string;
  /** The address, and behind it the trusted proxies that it came through. */
  readonly forwardedFor: string;
  readonly scheme: 'http' | 'https';
  /** What the client calls us. */
  readonly host: string;

  /** Only a trusted proxy may say that somebody else is behind it: read from the right, up to the first address that is not trusted. */
  constructor(socket: Socket, head: RequestHead, trusted: TrustedProxies) {
    const peer = peerAddress(socket);
    const scheme = 'encrypted' in socket ? 'https' : 'http';
    const host = head.host ?? '';
    if (trusted.has(peer)) {
      const hops = verifiedHops(peer, head.forwardedFor, trusted);
      this.address = hops[0] ?? peer;
      this.forwardedFor = hops.join(', ');
      this.scheme = forwardedScheme(head) ?? scheme;
      this.host = forwardedHost(head) ?? host;
    } else {
      this.address = peer;
      this.forwardedFor = peer;
      this.scheme = scheme;
      this.host = host;
    }
  }
}

const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const MOST_HOPS = 20;

/** The other side of the connection; IPv4 that came over an IPv6 socket in its own form. */
export function peerAddress(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

function forwardedScheme({ forwardedProto }: RequestHead): 'http' | 'https' | undefined {
  return forwardedProto === 'https' || forwardedProto === 'http' ? forwardedProto : undefined;
}

function forwardedHost({ forwardedHost: host }: RequestHead): string | undefined {
  return host !== undefined && HOST.test(host) ? host : undefined;
}

function verifiedHops(peer: string, forwardedFor: string | undefined, trusted: TrustedProxies): string[] {
  const hops = [peer];
  const said = forwardedFor?.split(',') ?? [];
  for (let at = said.length - 1; at >= 0 && hops.length < MOST_HOPS; at--) {
    const address = addressOf((said[at] as string).trim());
    if (address === undefined) break;
    hops.unshift(address);
    if (!trusted.has(address)) break;
  }
  return hops;
}

/** Some proxies add the port. */
function addressOf(hop: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) === 0 ? undefined : bare;
}
