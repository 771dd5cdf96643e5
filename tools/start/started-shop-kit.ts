import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@minos/common/testing';
import { ROOT } from '../files.mjs';
import { isAlive, scratchServer, type ScratchServer } from '../testing/scratch-server.js';
import { freePort } from '../testing/service-process.js';

const NAMES = ['discovery', 'auth', 'product', 'payment', 'order', 'gateway'];
const UP_MS = 240_000;

/** `npm start -- --no-auth` behind the build, in a process group of its own like that of a terminal, on a PostgreSQL and ports that nobody else has. */
export class StartedShop {
  private printed = '';

  private constructor(
    private readonly starter: ChildProcess,
    private readonly server: ScratchServer,
    private readonly ports: ReadonlyMap<string, number>,
  ) {
    for (const stream of [starter.stdout, starter.stderr]) stream?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
  }

  /** Resolves once the starter runs; `up()` waits for its services. */
  static async begin(): Promise<StartedShop> {
    const server = await scratchServer();
    const ports = new Map<string, number>();
    for (const name of NAMES) ports.set(name, await freePort());
    const starter = spawn(process.execPath, [join(ROOT, 'tools/start/main.mjs'), '--no-auth'], {
      cwd: ROOT,
      detached: true,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        DATABASE_URL: server.url,
        ...Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_PORT`, String(ports.get(name))])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new StartedShop(starter, server, ports);
  }

  get output(): string {
    return this.printed;
  }

  urlOf(service: string): string {
    return `http://127.0.0.1:${this.ports.get(service) ?? 0}`;
  }

  /** The processes of the services, by name, as the table shows them. */
  async up(): Promise<ReadonlyMap<string, number>> {
    await until(() => this.printed.includes('All up after') && this.printed.includes('stops everything'), 'the shop to be up', UP_MS);
    const rows = [...this.printed.matchAll(/^ {2}(\w+) +http:\/\/\S+ +ready after .* process (\d+)$/gm)];
    return new Map(rows.map(([, name = '', pid]) => [name, Number(pid)]));
  }

  /** As Ctrl-C in a terminal does it: the signal goes to everybody of the group. */
  interrupt(): void {
    process.kill(-(this.starter.pid ?? 0), 'SIGINT');
  }

  /** The starter alone is gone, without a chance to do anything. */
  killStarter(): void {
    this.starter.kill('SIGKILL');
  }

  get hasEnded(): boolean {
    return this.starter.exitCode !== null || this.starter.signalCode !== null;
  }

  /** Resolves with the exit code of the starter. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.starter, 'exit');
    return this.starter.exitCode;
  }

  async close(pids: Iterable<number> = []): Promise<void> {
    if (!this.hasEnded) this.killStarter();
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await this.server.remove();
  }
}
