import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '@minos/common/testing';
import { ROOT } from '../files.mjs';

/** One that ends is noticed at once; another one may have a small share of a busy machine. */
const READY_MS = 240_000;
const APPS = join(ROOT, 'dist/apps');

/** A service of the shop as a process of its own, as it is run in earnest. */
export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Its exit code or signal; `undefined` while it runs. */
  ended(): number | NodeJS.Signals | undefined;
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export type ShopApp = 'auth' | 'discovery' | 'gateway' | 'order' | 'payment' | 'product';

export interface ServiceProcessOptions {
  /** @default 'order' */
  readonly app?: ShopApp;
  readonly databaseUrl: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the built service and waits until it is ready. */
export async function startService({ app = 'order', databaseUrl, port, environment }: ServiceProcessOptions): Promise<ServiceProcess> {
  const chosen = port ?? (await freePort());
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    DATABASE_URL: databaseUrl,
    [`${app.toUpperCase()}_PORT`]: String(chosen),
    // The server of the tests is shared: each database has channels of its own on it.
    BROKER: 'postgres',
    BROKER_NAMESPACE: new URL(databaseUrl).pathname.slice(1),
    NO_COLOR: '1',
    ...environment,
  };
  return runService({ args: [join(APPS, app, 'main.js')], env, url: `http://127.0.0.1:${chosen}` });
}

/** Runs Node with these arguments at the root, in exactly this environment, and waits until the service there is ready. */
export async function runService({
  args,
  env,
  url,
}: {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  url: string;
}): Promise<ServiceProcess> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const service = describe(child, url);
  try {
    await ready(service);
  } catch (error) {
    await service.kill('SIGKILL');
    throw error;
  }
  return service;
}

function describe(child: ChildProcess, url: string): ServiceProcess {
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = (): number | NodeJS.Signals | undefined => child.exitCode ?? child.signalCode ?? undefined;
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed,
    ended,
    kill: async (signal) => {
      if (ended() !== undefined) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}

async function ready(service: ServiceProcess): Promise<void> {
  let last = 'nothing';
  const answers = async (): Promise<boolean> => {
    if (service.ended() !== undefined) throw new Error(`The service ended (${service.ended()}) before it was ready:\n${service.output()}`);
    const answer = await fetch(`${service.url}/health/ready`).catch(() => undefined);
    last = answer === undefined ? last : `${answer.status} ${await answer.text()}`;
    return answer?.status === 200;
  };
  await until(answers, `${service.url} to be ready`, READY_MS).catch((error: unknown) => {
    throw new Error(`${(error as Error).message} It said last: ${last}`, { cause: error });
  });
}

/** Below what systems give to connections that go out: such a one could have the port while its service is down. */
const PORTS = { first: 20_000, count: 12_000, workers: 4 };
/** Each worker of Jest has some for itself: between the choice of a port and its use another one would take it for free. */
const OWN = {
  count: PORTS.count / PORTS.workers,
  first: PORTS.first + (Number(process.env['JEST_WORKER_ID'] ?? 1) % PORTS.workers) * (PORTS.count / PORTS.workers),
};

/** What was given may be listened on only later. */
const given = new Set<number>();

/** A port of the loopback interface that nobody listens on now, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = OWN.first + Math.floor(Math.random() * OWN.count);
    if (given.size === OWN.count) throw new Error(`All ${OWN.count} ports of this worker were given to somebody.`);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

/** Rejects where something else is wrong than that somebody has the port. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
