import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const TICK_MICROSECONDS = 10_000;
const FOLDERS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** nginx as a reverse proxy with one worker and connections that it keeps; `undefined` where it is not installed. */
export class Nginx {
  private constructor(
    readonly address: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(upstream: string): Promise<Nginx | undefined> {
    if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'minos-nginx-'));
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration(folder, port, new URL(upstream).host));
    const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, folder);
    await nginx.answers();
    return nginx;
  }

  /** Of its worker, in microseconds. */
  cpu(): number {
    const children = readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8').trim().split(' ');
    const ticks = children.map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []);
    return ticks.reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0) * TICK_MICROSECONDS;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGQUIT');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (let at = 0; at < 100; at++) {
      const response = await fetch(`${this.address}/orders/7`).catch(() => undefined);
      if (response?.ok === true) return;
      await pause(50);
    }
    throw new Error('nginx does not answer.');
  }
}

function configuration(folder: string, port: number, upstream: string): string {
  const paths = FOLDERS.map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  return `worker_processes 1; daemon off; pid ${join(folder, 'pid')}; error_log ${join(folder, 'error.log')} crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; ${paths}
  upstream service { server ${upstream}; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; } } }
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
