import { once } from 'node:events';
import { createServer } from 'node:net';
import { startPostgres } from '@minos/embedded-postgres';
import { firstAdmin } from './admin.mjs';
import { environments } from './credentials.mjs';
import { isReady, ServiceProcess } from './service-process.mjs';
import { baseAt, SERVICES, STEPS } from './services.mjs';
import { ServiceTable } from './table.mjs';

/**
 * Starts PostgreSQL (or uses DATABASE_URL) and the services on it, each in its own process. `counts`: how many of each service, one where nothing is said; `auth`: with logins.
 * `stop()` ends all of it, the server last.
 */
export async function startShop({ show, onEnded = () => undefined, auth = true, counts = new Map() }) {
  await refuseTakenPorts();
  const postgres = await startPostgres({ handleSignals: false, onProgress: (line) => show(line) });
  const environmentOf = environments({ auth });
  const steps = await Promise.all(
    STEPS.map((step) => Promise.all(step.map((service) => instancesOf(service, counts.get(service.name) ?? 1)))),
  );
  const toProcess = ({ service, label, environment }) =>
    new ServiceProcess(service, { label, show, env: { DATABASE_URL: postgres.url, ...environmentOf(service.name), ...environment } });
  const groups = steps.map((step) => step.flat().map(toProcess));
  const processes = groups.flat();
  const table = new ServiceTable(processes, show);
  const restarting = new Set();
  let stopping;
  // The front first: what is under way behind it can end.
  const stop = () =>
    (stopping ??= (async () => {
      for (const group of [...groups].reverse()) await Promise.all(group.map((one) => one.stop()));
      await postgres.stop();
    })());
  const watchEnd = (one) => {
    const { pid } = one;
    void one.exited.then((how) => {
      if (stopping === undefined && !restarting.has(one) && one.pid === pid) onEnded(one, how);
    });
  };
  let admin;
  try {
    for (const group of groups) {
      await Promise.all(group.map((one) => one.start().then(() => watchEnd(one))));
      if (auth && group.some(({ service }) => service.name === 'auth')) admin = await firstAdmin(postgres.url);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const restart = async (one) => {
    if (restarting.has(one) || stopping !== undefined) return;
    restarting.add(one);
    try {
      await one.stop();
      const milliseconds = await one.start();
      show(`${one.label.padEnd(10)} restarted, ready after ${(milliseconds / 1000).toFixed(1)} s`);
      watchEnd(one);
    } finally {
      restarting.delete(one);
    }
  };
  return { processes, postgres, admin, table, stop, restart };
}

/** The first process of a service has its known port, the others any. */
async function instancesOf(service, count) {
  const others = await Promise.all(Array.from({ length: count - 1 }, freePort));
  return [
    { service, label: service.name, environment: {} },
    ...others.map((port, index) => ({
      service: { ...service, base: baseAt(port), pages: {} },
      label: `${service.name}-${index + 2}`,
      environment: { [service.portVariable]: String(port) },
    })),
  ];
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function refuseTakenPorts() {
  for (const { name, base, portVariable } of SERVICES) {
    if (await isReady(base))
      throw new Error(
        `A service answers at ${base} already, so ${name} can not start there. Stop it, or choose another port with ${portVariable}.`,
      );
  }
}
