import { createServer, type Server } from 'node:http';

/** What answers the probes of all instances, in a process of its own. */
export interface ProbedPort {
  readonly calls: { readonly port: () => number };
  close(): Promise<void>;
}

/** Listens at several addresses of loopback, at one port: each is another instance. */
export async function openProbedPort({ addresses }: { readonly addresses: number }): Promise<ProbedPort> {
  const servers: Server[] = [];
  let port = 0;
  for (let index = 1; index <= addresses; index++) {
    const server = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(port, `127.0.0.${index}`, resolve));
    port = (server.address() as { port: number }).port;
    servers.push(server);
  }
  const close = async (): Promise<void> => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { calls: { port: () => port }, close };
}
