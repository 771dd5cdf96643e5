import { isIP, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::', ''];

/** Where others reach a server that listens: the host that it was told, and its real port; `undefined` where it listens on no port. */
export function ownAddress(server: Server, host: string | undefined): string | undefined {
  const address = server.address();
  if (address === null || typeof address === 'string') return undefined;
  const name = host === undefined ? '127.0.0.1' : EVERYWHERE.includes(host) ? firstAddress() : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${address.port}`;
}

/** Of the machine, as others see it. */
function firstAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
