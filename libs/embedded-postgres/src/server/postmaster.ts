import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, exists } from './process-identity.js';

/** What `postmaster.pid` in a data folder says. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | undefined;
  /** Accepts connections. */
  readonly ready: boolean;
}

const PORT_LINE = 3;
const STATUS_LINE = 7;
/** Above what any system gives out as a process id. */
const IMPOSSIBLE_PID = 2_147_483_000;

/** The server that runs on a data folder, if any. A process that merely has the number of a dead server does not count. */
export function findPostmaster(dataFolder: string): Postmaster | undefined {
  const lines = readLines(dataFolder);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid) || !isServerOf(pid, dataFolder)) return undefined;
  const port = Number(lines[PORT_LINE]);
  return { pid, port: port > 0 ? port : undefined, ready: lines[STATUS_LINE]?.trim() === 'ready' };
}

/**
 * Where the file names a process that is not a running server of this folder (another one that has its number by now, or a killed one that nobody
 * has reaped), gives it a number that nobody has: the server would refuse to start otherwise. The rest stays, because with it the new server
 * makes sure that no child of the old one is left.
 */
export function disownStalePid(dataFolder: string): void {
  const lines = readLines(dataFolder);
  const pid = Number(lines[0]);
  if (lines.length === 0 || (exists(pid) && isServerOf(pid, dataFolder))) return;
  writeFileSync(join(dataFolder, 'postmaster.pid'), [String(IMPOSSIBLE_PID), ...lines.slice(1)].join('\n'));
}

function isServerOf(pid: number, dataFolder: string): boolean {
  const command = commandOf(pid);
  // A system that tells nothing about processes leaves the number as the only evidence.
  return command === '' ? process.platform === 'win32' : command.includes('postgres') && command.includes(dataFolder);
}

function readLines(dataFolder: string): string[] {
  try {
    return readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
