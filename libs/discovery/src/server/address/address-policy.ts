import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AddressRefusedError } from '../registry/registry.errors.js';
import { embeddedIpv4 } from './embedded-ipv4.js';
import { type ParsedAddress, parseAddress } from './parse-address.js';

/** Never connected to, whatever is allowed: addresses of metadata services, of this link, of nobody and of many. */
const NEVER: readonly string[] = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fd00:ec2::254/128',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const PRIVATE: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1/128'];

/** Networks that instances may be in where nothing else is said: private ones; outside production loopback too. */
export function defaultNetworks(production: boolean): readonly string[] {
  return production ? PRIVATE : [...PRIVATE, ...LOOPBACK];
}

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Which addresses the registry connects to and publishes. */
export class AddressPolicy {
  private readonly allowed: BlockList;
  private readonly never = blockListOf(NEVER);

  /** `networks` in CIDR form. */
  constructor(
    networks: readonly string[],
    private readonly resolve: Resolve = resolveByDns,
  ) {
    this.allowed = blockListOf(networks);
  }

  /** Whether one may connect to this IP address. */
  permits(ip: string): boolean {
    const plain = embeddedIpv4(ip) ?? ip;
    const family = isIP(plain);
    if (family === 0) return false;
    const kind = family === 4 ? 'ipv4' : 'ipv6';
    return !this.never.check(plain, kind) && this.allowed.check(plain, kind);
  }

  /** Makes no connection. Throws `ADDRESS_REFUSED` unless the address is one, and all that its host stands for may be connected to. */
  async check(address: string): Promise<void> {
    const parsed = parseAddress(address);
    if (typeof parsed === 'string') throw new AddressRefusedError(address, parsed);
    const found = await this.addressesOf(parsed).catch(() => []);
    if (found.length === 0) throw new AddressRefusedError(address, 'its host has no address');
    if (!found.every((ip) => this.permits(ip)))
      throw new AddressRefusedError(address, parsed.isIp ? 'it is in no allowed network' : 'its host has an address in no allowed network');
  }

  /** Those addresses of the host that may be connected to; the one that is preferred first, where it is among them. Rejects where the host cannot be resolved. */
  async targets(parsed: ParsedAddress, preferred?: string): Promise<readonly string[]> {
    const permitted = (await this.addressesOf(parsed)).filter((ip) => this.permits(ip));
    return preferred !== undefined && permitted.includes(preferred)
      ? [preferred, ...permitted.filter((ip) => ip !== preferred)]
      : permitted;
  }

  private async addressesOf({ host, isIp }: ParsedAddress): Promise<readonly string[]> {
    return isIp ? [host] : this.resolve(host);
  }
}

/** Whether it is a network such as `10.0.0.0/8`. */
export function isNetwork(text: unknown): boolean {
  try {
    blockListOf([String(text)]);
    return typeof text === 'string';
  } catch {
    return false;
  }
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits = ''] = network.split('/');
    list.addSubnet(base, bits === '' ? Number.NaN : Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
