import proxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { cpuMicroseconds } from './gateway-door.js';

/** What one would take without us: no authentication, no limits, no retries. */
export async function openFastifyProxy({ upstream }: { readonly upstream: string }) {
  const server = fastify();
  await server.register(proxy, { upstream });
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  return { calls: { address: () => address, cpu: () => cpuMicroseconds() }, close: () => server.close() };
}

export type FastifyProxy = Awaited<ReturnType<typeof openFastifyProxy>>['calls'];
