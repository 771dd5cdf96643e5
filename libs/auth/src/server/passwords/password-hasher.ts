import { randomBytes } from 'node:crypto';
import { BoundedWork } from './bounded-work.js';
import { type PasswordHasherOptions, resolvePasswordHasherOptions } from './password-hasher.options.js';
import { PasswordsBusyError } from './password.errors.js';

/** What hashes: the package `@node-rs/argon2`, or a test's. */
export interface Argon2 {
  hash(
    password: string,
    options: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number },
  ): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

const PARAMETERS = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/**
 * Argon2id off the event loop, a few at a time. A flood of logins is answered `PASSWORDS_BUSY` beyond a queue of bounded length instead of slowing down everything else. Passwords are taken in
 * their normal form.
 */
export class PasswordHasher {
  private readonly cost: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };
  private readonly work: BoundedWork;
  private stranger: Promise<string> | undefined;

  constructor(
    private readonly argon2: Argon2,
    options: PasswordHasherOptions = {},
  ) {
    const { memoryKiB, passes, concurrency, queue } = resolvePasswordHasherOptions(options);
    this.cost = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 };
    this.work = new BoundedWork(concurrency, queue, () => new PasswordsBusyError(queue));
  }

  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.work.running, waiting: this.work.waiting };
  }

  hash(password: string): Promise<string> {
    return this.work.run(() => this.argon2.hash(password, this.cost));
  }

  /** Costs the same where there is no hash or no password to compare: then a hash that nobody has is compared. */
  async verify(hash: string | null | undefined, password: string | undefined): Promise<boolean> {
    const compared = hash ?? (await this.strangersHash());
    const same = await this.work.run(() => this.argon2.verify(compared, password ?? ''));
    return same && typeof hash === 'string' && password !== undefined;
  }

  /** Whether the hash was made with other parameters than new ones are. */
  isOutdated(hash: string): boolean {
    const [, memory, passes, lanes] = PARAMETERS.exec(hash) ?? [];
    const { memoryCost, timeCost, parallelism } = this.cost;
    return Number(memory) !== memoryCost || Number(passes) !== timeCost || Number(lanes) !== parallelism;
  }

  /** Makes the hash that strangers are compared with, so that the first of them waits no longer than others. */
  async prepare(): Promise<void> {
    await this.strangersHash();
  }

  private strangersHash(): Promise<string> {
    this.stranger ??= this.argon2.hash(randomBytes(32).toString('base64url'), this.cost).catch((error: unknown) => {
      this.stranger = undefined;
      throw error;
    });
    return this.stranger;
  }
}
