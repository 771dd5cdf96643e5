import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';
import { isReachable, makePassableFolder, type ServerUser } from './run-as.js';

/** The folder of one server: its data, its log, who uses it. One per major version, because data of one cannot be read by another. */
export interface ServerHome {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly lock: string;
  readonly users: string;
  readonly state: string;
}

/** What is kept about a server besides its data. */
export interface ServerState {
  readonly password: string;
  /** The last port; taken again where it is free, so that saved connections stay good. */
  readonly port?: number;
  readonly fsync?: boolean;
}

/** Outlives a restart of the machine, unlike the folder for temporary files. */
const SHARED_FOLDER = '/var/tmp';

/** Makes the folder; where the server's user cannot get to `directory`, it is one in a place that every user can reach. */
export function openHome(directory: string, major: number, user: ServerUser, onProgress: (line: string) => void): ServerHome {
  let base = directory;
  if (!isReachable(directory, user)) {
    base = sharedBase(directory);
    onProgress(`PostgreSQL runs as another user, who cannot enter ${directory}; its data is in ${base}`);
  }
  const folder = join(base, String(major));
  makePassableFolder(folder);
  const inside = (name: string): string => join(folder, name);
  return {
    folder,
    data: inside('data'),
    log: inside('server.log'),
    lock: inside('start.lock'),
    users: inside('users'),
    state: inside('server.json'),
  };
}

export function readState(home: ServerHome): ServerState | undefined {
  try {
    return JSON.parse(readFileSync(home.state, 'utf8')) as ServerState;
  } catch {
    return undefined;
  }
}

/** Replaces the state as a whole; only our own user can read the password. */
export function writeState(home: ServerHome, state: ServerState): void {
  const draft = `${home.state}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(draft, home.state);
}

function sharedBase(directory: string): string {
  const base = join(SHARED_FOLDER, `minos-postgres-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
  mkdirSync(base, { recursive: true });
  const found = lstatSync(base);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      'EMBEDDED_POSTGRES_START_FAILED',
      `${base} belongs to somebody else. Remove it, or name a folder that every user can enter with the option directory.`,
    );
  }
  chmodSync(base, 0o755);
  return base;
}
