import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 25;
/** A file that says who breaks a lock lives for microseconds; one this old was left by a process that was killed just then. */
const BREAKER_MAX_AGE_MS = 5_000;

/** A lock between processes: a file that names its owner. One whose owner is dead is taken over. Not re-entrant. */
export class FileLock {
  constructor(private readonly file: string) {}

  /** Runs `work` while holding the lock; `EMBEDDED_POSTGRES_LOCKED` if it is not free within `timeoutMs`. */
  async hold<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    while (!this.tryTake()) {
      if (Date.now() > deadline) throw this.timedOut(timeoutMs);
      await sleep(POLL_MS);
    }
    try {
      return await work();
    } finally {
      this.free();
    }
  }

  /** Runs `work` at once if the lock is free, else not at all. For the end of a process, where nothing can be awaited. */
  tryHold(work: () => void): void {
    if (!this.tryTake()) return;
    try {
      work();
    } finally {
      this.free();
    }
  }

  private tryTake(): boolean {
    if (create(this.file)) return true;
    const owner = this.owner();
    if (owner === undefined || isAlive(owner)) return false;
    return this.breakLock();
  }

  /** Only one process breaks the lock of a dead owner: two that did would take the new owner's for the old one's. */
  private breakLock(): boolean {
    const breaker = `${this.file}.break`;
    if (!create(breaker)) {
      if (ageOf(breaker) > BREAKER_MAX_AGE_MS) rmSync(breaker, { force: true });
      return false;
    }
    try {
      const owner = this.owner();
      if (owner !== undefined && !isAlive(owner)) rmSync(this.file, { force: true });
      return create(this.file);
    } finally {
      rmSync(breaker, { force: true });
    }
  }

  private free(): void {
    rmSync(this.file, { force: true });
  }

  private owner(): ProcessIdentity | undefined {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch {
      return undefined;
    }
    try {
      return JSON.parse(text) as ProcessIdentity;
    } catch {
      // Made, but not yet written; or its maker died in between.
      return ageOf(this.file) > BREAKER_MAX_AGE_MS ? { pid: 0x7fffffff, started: 'never' } : undefined;
    }
  }

  private timedOut(timeoutMs: number): EmbeddedPostgresError {
    return new EmbeddedPostgresError(
      'EMBEDDED_POSTGRES_LOCKED',
      `Process ${this.owner()?.pid ?? '?'} has been starting or stopping the server for ${timeoutMs} ms (lock ${this.file}). ` +
        'Wait for it or end it; the lock of a process that is gone is taken over by itself.',
      { details: { file: this.file } },
    );
  }
}

function create(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(thisProcess()), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
