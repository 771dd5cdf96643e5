import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@minos/common/testing';
import { startPostgres, type RunningPostgres } from '@minos/embedded-postgres';

/** A server that one spec has for itself, so that it can be killed and started again on the same address. */
export interface ScratchServer {
  readonly url: string;
  readonly directory: string;
  /** Sends a signal to the postmaster (`SIGQUIT` is the immediate shutdown, which recovers at the next start) and waits for its end. */
  kill(signal?: 'SIGQUIT' | 'SIGKILL' | 'SIGINT'): Promise<void>;
  /** Starts it again; resolves when it accepts connections. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export async function scratchServer(settings: Record<string, string> = {}): Promise<ScratchServer> {
  const directory = await mkdtemp(join(tmpdir(), 'minos-scratch-'));
  // So that a server that root starts, which runs as another user, can keep its data in it.
  await chmod(directory, 0o755);
  const options = { directory, fsync: false, useDatabaseUrl: false, settings };
  const handles: RunningPostgres[] = [await startPostgres(options)];
  const [first] = handles as [RunningPostgres];
  const pidFile = join(first.folder ?? directory, 'data', 'postmaster.pid');
  return {
    url: first.url,
    directory,
    kill: async (signal = 'SIGQUIT') => {
      const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
      process.kill(pid, signal);
      await until(() => !isAlive(pid), `the end of postmaster ${pid}`);
    },
    start: async () => {
      handles.push(await startPostgres(options));
    },
    remove: async () => {
      for (const handle of handles) await handle.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
