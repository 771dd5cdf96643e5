import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from '../binaries/binaries.js';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';
import { freePort } from './free-port.js';
import { serverEnvironment } from './initialise.js';
import { disownStalePid, findPostmaster } from './postmaster.js';
import type { ServerUser } from './run-as.js';
import type { ServerHome } from './server-home.js';

export interface LaunchOptions {
  readonly fsync: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly startTimeoutMs: number;
  readonly preferredPort: number | undefined;
}

const POLL_MS = 15;
const RETRY_MS = 200;
const LOG_MAX_BYTES = 10_000_000;
/** Reasons to try again: somebody took the port in between, or children of a killed server are still ending. */
const PASSING = /could not bind|could not create any TCP\/IP sockets|pre-existing shared memory block|Address already in use/;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  max_prepared_transactions: '0',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/** Starts the server in a process group of its own and waits until it accepts connections; resolves with its port. The caller holds the lock. */
export async function launch(home: ServerHome, binaries: Binaries, user: ServerUser, options: LaunchOptions): Promise<number> {
  const deadline = Date.now() + options.startTimeoutMs;
  for (;;) {
    disownStalePid(home.data);
    const port = await freePort(options.preferredPort);
    const { child, logStart } = spawnServer(home, binaries, user, { ...options, port });
    if (await becomesReady(home, child, deadline)) return port;
    const log = readFileSync(home.log).subarray(logStart).toString('utf8').trim();
    if (!PASSING.test(log) || Date.now() > deadline) throw notStarted(home, log);
    await sleep(RETRY_MS);
  }
}

function spawnServer(
  home: ServerHome,
  binaries: Binaries,
  user: ServerUser,
  options: LaunchOptions & { readonly port: number },
): { child: ChildProcess; logStart: number } {
  const sockets = process.platform === 'win32' ? {} : { unix_socket_directories: '' };
  const settings = { ...SETTINGS, ...sockets, ...options.settings, port: String(options.port), fsync: options.fsync ? 'on' : 'off' };
  const size = statSync(home.log, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(home.log, size > LOG_MAX_BYTES ? 'w' : 'a', 0o600);
  try {
    const child = spawn(
      binaries.postgres,
      ['-D', home.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...user,
        cwd: '/',
        env: serverEnvironment(),
        // Of its own, so that Ctrl-C in the terminal reaches us alone: others may be using the server.
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log],
      },
    );
    child.on('error', () => undefined);
    child.unref();
    return { child, logStart: size > LOG_MAX_BYTES ? 0 : size };
  } finally {
    closeSync(log);
  }
}

async function becomesReady(home: ServerHome, child: ChildProcess, deadline: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const found = findPostmaster(home.data);
    if (found?.ready === true && found.pid === child.pid) return true;
    if (Date.now() > deadline) {
      child.kill('SIGINT');
      return false;
    }
    await sleep(POLL_MS);
  }
  return false;
}

function notStarted(home: ServerHome, log: string): EmbeddedPostgresError {
  const end = log.split('\n').slice(-8).join('\n') || 'it wrote nothing';
  return new EmbeddedPostgresError(
    'EMBEDDED_POSTGRES_START_FAILED',
    `The server of ${home.folder} did not come up. The end of its log (${home.log}):\n${end}\n` +
      'If its data is of no use any more, remove the folder and start again.',
    { details: { folder: home.folder } },
  );
}
