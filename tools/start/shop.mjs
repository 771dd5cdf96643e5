import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { startPostgres } from '@minos/embedded-postgres';
import { firstAdmin } from './admin.mjs';
import { environmentOf } from './credentials.mjs';
import { ServiceProcess } from './service-process.mjs';
import { baseAt, SERVICES, STEPS } from './services.mjs';
import { ServiceTable } from './table.mjs';

/**
 * PostgreSQL (or DATABASE_URL), and the services that `start()` runs on it, each in its own process. `counts`: how many of each service, one where nothing is said; `auth`: with logins.
 * `onEnded` is told of a service that ends by itself.
 */
export async function openShop({ show, onEnded = () => undefined, auth = true, counts = new Map() }) {
  await refuseTakenPorts();
  const postgres = await startPostgres({ handleSignals: false, onProgress: (line) => show(line) });
  const toProcess = ({ service, label, environment }) =>
    new ServiceProcess(service, {
      label,
      show,
      env: { DATABASE_URL: postgres.url, ...environmentOf(service.name, { auth }), ...environment },
    });
  const instances = (service) => instancesOf(service, counts.get(service.name) ?? 1);
  const steps = await Promise.all(STEPS.map(async (step) => (await Promise.all(step.map(instances))).flat().map(toProcess)));
  return new Shop(steps, postgres, { show, onEnded, auth });
}

export class Shop {
  #steps;
  #show;
  #onEnded;
  #auth;
  #restarting = new Set();
  #stopping;

  constructor(steps, postgres, { show, onEnded, auth }) {
    this.#steps = steps;
    this.#show = show;
    this.#onEnded = onEnded;
    this.#auth = auth;
    this.postgres = postgres;
    this.processes = steps.flat();
    this.table = new ServiceTable(this.processes);
  }

  /** Rejects, with everything stopped, where a service does not come up; `stop()` meanwhile is such a reason. */
  async start() {
    try {
      for (const step of this.#steps) {
        if (this.#stopping !== undefined) throw new Error('The shop was stopped while it started.');
        this.#show(`Starting ${step.map(({ label }) => label).join(', ')} …`);
        await Promise.all(step.map((one) => this.#startOne(one)));
        if (this.#auth && step.some(({ service }) => service.name === 'auth')) this.admin = await firstAdmin(this.postgres.url);
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** The front first: what is under way behind it can end. The server last. */
  stop() {
    this.#stopping ??= (async () => {
      for (const one of this.processes) one.quieten();
      for (const step of [...this.#steps].reverse()) await Promise.all(step.map((one) => one.stop()));
      await this.postgres.stop();
    })();
    return this.#stopping;
  }

  /** Ends the services without waiting for their work; whoever waits for `stop()` has not long to wait. */
  kill() {
    for (const one of this.processes) one.kill();
  }

  async restart(one) {
    if (this.#restarting.has(one) || this.#stopping !== undefined) return;
    this.#restarting.add(one);
    try {
      await one.stop();
      if (this.#stopping !== undefined) return;
      const milliseconds = await this.#startOne(one);
      this.#show(`${one.label.padEnd(10)} restarted, ready after ${(milliseconds / 1000).toFixed(1)} s`);
    } finally {
      this.#restarting.delete(one);
    }
  }

  async #startOne(one) {
    const milliseconds = await one.start();
    const { pid } = one;
    void one.exited.then((how) => {
      if (this.#stopping === undefined && !this.#restarting.has(one) && one.pid === pid) this.#onEnded(one, how);
    });
    return milliseconds;
  }
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
  const taken = await Promise.all(SERVICES.map(({ base }) => isTaken(base)));
  const lines = SERVICES.filter((_, index) => taken[index]).map(
    ({ name, base, portVariable }) => `  ${name.padEnd(10)} ${base}   ${portVariable} chooses another port`,
  );
  if (lines.length > 0)
    throw new Error(`Something runs already where services of the shop should start, perhaps another shop:\n${lines.join('\n')}`);
}

/** Whatever it is that accepts a connection there. */
async function isTaken(base) {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
