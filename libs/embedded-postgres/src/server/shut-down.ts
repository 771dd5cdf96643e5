import { setTimeout as sleep } from 'node:timers/promises';
import { exists } from './process-identity.js';
import { findPostmaster } from './postmaster.js';

const POLL_MS = 15;
const FAST_MS = 15_000;

/** Ends the server that runs on a data folder and waits for its end: first cutting connections in good order, then at once. */
export async function shutDown(dataFolder: string): Promise<void> {
  const pid = findPostmaster(dataFolder)?.pid;
  if (pid === undefined) return;
  askToStop(pid, 'SIGINT');
  if (await ends(pid, FAST_MS)) return;
  askToStop(pid, 'SIGQUIT');
  await ends(pid, FAST_MS);
}

/** Tells the server to end and does not wait: for the end of a process. */
export function shutDownWithoutWaiting(dataFolder: string): void {
  const pid = findPostmaster(dataFolder)?.pid;
  if (pid !== undefined) askToStop(pid, 'SIGINT');
}

function askToStop(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function ends(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (exists(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
