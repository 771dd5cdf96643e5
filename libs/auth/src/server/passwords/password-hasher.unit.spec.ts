import { until } from '@minos/common/testing';
import { loadArgon2 } from './load-argon2.js';
import { type Argon2, PasswordHasher } from './password-hasher.js';

/** Argon2 that ends when it is told to. */
class HeldArgon2 implements Argon2 {
  readonly begun: (() => void)[] = [];
  most = 0;
  private active = 0;

  hash(password: string): Promise<string> {
    return this.hold(password);
  }

  verify(): Promise<boolean> {
    return this.hold(true);
  }

  private hold<T>(value: T): Promise<T> {
    this.most = Math.max(this.most, ++this.active);
    return new Promise((resolve) =>
      this.begun.push(() => {
        this.active--;
        resolve(value);
      }),
    );
  }
}

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher(loadArgon2());

  it('makes argon2id hashes with at least what OWASP asks for', async () => {
    const hash = await hasher.hash('a quiet forest');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(hash, 'a quiet forest')).toBe(true);
    expect(await hasher.verify(hash, 'a quiet Forest')).toBe(false);
    expect(await hasher.hash('a quiet forest')).not.toBe(hash);
    expect(() => new PasswordHasher(loadArgon2(), { memoryKiB: 1_024 })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });

  it('never says yes where there is no hash or no password', async () => {
    expect(await hasher.verify(undefined, 'x')).toBe(false);
    expect(await hasher.verify(null, 'x')).toBe(false);
    expect(await hasher.verify(await hasher.hash(''), undefined)).toBe(false);
  });

  it('knows hashes of other parameters', async () => {
    const stronger = new PasswordHasher(loadArgon2(), { passes: 3 });
    const old = await hasher.hash('a quiet forest');
    expect([hasher.isOutdated(old), stronger.isOutdated(old)]).toEqual([false, true]);
    expect(await stronger.verify(old, 'a quiet forest')).toBe(true);
    expect(stronger.isOutdated('$2b$10$something')).toBe(true);
  });

  it('hashes a few at a time, lets a few wait, and refuses the rest at once', async () => {
    const argon2 = new HeldArgon2();
    const bounded = new PasswordHasher(argon2, { concurrency: 2, queue: 3 });
    const work = Array.from({ length: 10 }, (_, index) => bounded.hash(String(index)));
    const outcomes = Promise.allSettled(work);
    await expect(work[9]).rejects.toMatchObject({ code: 'PASSWORDS_BUSY', retryable: true });
    expect(bounded.load).toEqual({ running: 2, waiting: 3 });
    for (let index = 0; index < 5; index++) (await until(() => argon2.begun.shift()))();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      ...Array<string>(5).fill('fulfilled'),
      ...Array<string>(5).fill('rejected'),
    ]);
    expect([argon2.most, bounded.load]).toEqual([2, { running: 0, waiting: 0 }]);
  });

  it('leaves the event loop free', async () => {
    const turnsMeanwhile = async (): Promise<number> => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await Promise.all(Array.from({ length: 20 }, () => hasher.hash('a quiet forest')));
      clearInterval(timer);
      return turns;
    };
    // Again where something else held it up all the while.
    await until(async () => (await turnsMeanwhile()) > 10, 'turns of the event loop');
  });
});
