import { startPostgres } from '@minos/embedded-postgres';
import { isReady, ServiceProcess } from './service-process.mjs';
import { SERVICES } from './services.mjs';

/** Starts PostgreSQL (or uses DATABASE_URL) and the services on it, each in its own process. `stop()` ends all of it, the server last. */
export async function startShop({ show, onEnded = () => undefined }) {
  await refuseTakenPorts();
  const postgres = await startPostgres({ handleSignals: false, onProgress: (line) => show(line) });
  const processes = SERVICES.map((service) => new ServiceProcess(service, { env: { DATABASE_URL: postgres.url }, show }));
  const restarting = new Set();
  let stopping;
  const stop = () => (stopping ??= Promise.all(processes.map((one) => one.stop())).then(() => postgres.stop()));
  const watchEnd = (one) => {
    const { pid } = one;
    void one.exited.then((how) => {
      if (stopping === undefined && !restarting.has(one) && one.pid === pid) onEnded(one, how);
    });
  };
  try {
    for (const one of processes) {
      const milliseconds = await one.start();
      show(`${one.service.name.padEnd(10)} ready after ${(milliseconds / 1000).toFixed(1)} s  ${one.service.base}  (process ${one.pid})`);
      watchEnd(one);
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
      show(`${one.service.name.padEnd(10)} restarted, ready after ${(milliseconds / 1000).toFixed(1)} s`);
      watchEnd(one);
    } finally {
      restarting.delete(one);
    }
  };
  return { processes, postgres, stop, restart };
}

async function refuseTakenPorts() {
  for (const { name, base } of SERVICES) {
    if (await isReady(base))
      throw new Error(
        `A service answers at ${base} already, so ${name} can not start there. Stop it, or choose another port with ${name.toUpperCase()}_PORT.`,
      );
  }
}
