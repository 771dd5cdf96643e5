import { BlockList, isIP } from 'node:net';

/** Networks in CIDR form, or single addresses. */
export class TrustedProxies {
  private readonly list = new BlockList();
  private readonly none: boolean;

  /** Throws a `RangeError` for what is no network. */
  constructor(networks: readonly string[]) {
    this.none = networks.length === 0;
    for (const network of networks) this.add(network);
  }

  has(address: string): boolean {
    if (this.none) return false;
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  private add(network: string): void {
    const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network);
    const address = match?.[1] ?? '';
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const bits = Number(match?.[2] ?? most);
    if (family === 0 || bits > most) throw new RangeError(`"${network}" is no network; write, for example, 10.0.0.0/8`);
    this.list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
}
