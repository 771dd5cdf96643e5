import { isIP } from 'node:net';

/** Where an instance answers, taken apart. */
export interface ParsedAddress {
  readonly protocol: 'http:' | 'https:';
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly isIp: boolean;
  readonly port: number;
}

/** Takes an address apart, or says why it is none. Spellings of IP addresses (octal, hexadecimal, one number) are read as browsers read them. */
export function parseAddress(address: string): ParsedAddress | string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return 'it is no URL such as http://10.0.0.5:8080';
  const { protocol } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return 'it is neither http: nor https:';
  if (url.href !== `${url.origin}/`) return 'it has more than scheme, host and port';
  const port = Number(url.port === '' ? DEFAULT_PORTS[protocol] : url.port);
  if (port === 0) return 'it has the port 0';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { protocol, host, isIp: isIP(host) !== 0, port };
}

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 };

/** The address in one spelling: `http://10.0.0.5:8080`. */
export function formatAddress({ protocol, host, port }: Pick<ParsedAddress, 'protocol' | 'host' | 'port'>): string {
  return `${protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
