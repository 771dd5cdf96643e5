import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';

/**
 * Who uses the server: one file per `startPostgres()` that was not stopped yet. Files of processes that are gone do not count and
 * are removed. Callers hold the folder's lock.
 */
export class Users {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Adds this process and returns the name of its file. */
  add(): string {
    const identity = thisProcess();
    for (let number = 1; ; number += 1) {
      const file = join(this.folder, `${identity.pid}-${number}`);
      try {
        writeFileSync(file, JSON.stringify(identity), { flag: 'wx' });
        return file;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        // A file of this number is ours from an earlier call, or a dead process had our number.
        if (!isLiveUser(file)) rmSync(file, { force: true });
      }
    }
  }

  remove(file: string): void {
    rmSync(file, { force: true });
  }

  /** How many still use the server. */
  count(): number {
    const files = readdirSync(this.folder).map((name) => join(this.folder, name));
    const live = files.filter(isLiveUser);
    for (const file of files) if (!live.includes(file)) rmSync(file, { force: true });
    return live.length;
  }
}

function isLiveUser(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity);
  } catch {
    return false;
  }
}
