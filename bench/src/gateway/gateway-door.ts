import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthClient } from '@minos/auth';
import { TestIssuer } from '@minos/auth/testing';
import { StaticDirectory } from '@minos/discovery';
import { makeFrontDoor, resolveGatewayOptions } from '@minos/gateway';

const ORDERS = { public: false, roles: ['customer'], permissions: [] };
const OPEN = { public: true, roles: [], permissions: [] };
const SERVICE = 'order';
const SECRET = 'the secret of a gateway in a bench';
const TOKEN_SECONDS = 300;

const ENDPOINTS = [
  { method: 'GET', path: '/orders/{id}', access: ORDERS },
  { method: 'GET', path: '/streams/{bytes}', access: OPEN },
];

/** Limits that a bench would run into are wide; they are looked at all the same. */
function settingsOfBench() {
  return resolveGatewayOptions({
    accessLog: false,
    documents: { enabled: false },
    limits: { connections: 50_000, connectionsPerAddress: 50_000 },
    rates: { policies: { common: { principal: { requests: 1e6 }, address: { requests: 1e6 } } } },
    balancing: { pendingPerInstance: 10_000, pendingPerService: 10_000 },
  });
}

/** The gateway with everything on that it has by default, and real tokens of clients and for services. The access log is off, as that of the others. */
export async function openGatewayDoor({ upstream }: { readonly upstream: string }) {
  const issuer = await TestIssuer.start({ alg: 'RS256' });
  const auth = new AuthClient({ url: issuer.url, service: 'gateway', secret: SECRET, accessTokens: { audience: 'shop' } });
  await auth.open();
  const minter = await auth.openMinter();
  const directory = new StaticDirectory([{ service: SERVICE, address: upstream, endpoints: ENDPOINTS }]);
  const { door, unfollow } = makeFrontDoor(settingsOfBench(), { directory, verifier: auth.verifier, minter });
  const server = createServer();
  door.install(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
  return {
    calls: {
      address: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: () => issuer.accessToken({ subject: 'ann', roles: ['customer'], life: TOKEN_SECONDS }),
      /** Of the whole process, in microseconds. */
      cpu: () => cpuMicroseconds(),
      memory: () => process.memoryUsage.rss(),
      heap: () => {
        const { heapUsed, external, arrayBuffers } = process.memoryUsage();
        return heapUsed + external + arrayBuffers;
      },
      connections: () => door.connections,
    },
    close: async () => {
      unfollow();
      await door.close();
      server.closeAllConnections();
      server.close();
      await issuer.stop();
      await auth.close();
    },
  };
}

export type GatewayDoor = Awaited<ReturnType<typeof openGatewayDoor>>['calls'];

export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
