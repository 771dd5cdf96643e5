import { until, VirtualClock } from '@minos/common/testing';
import type { Revocation, RevocationLog } from '../contracts/revocations.js';
import { KnownRevocations } from './known-revocations.js';
import { RevocationFeed } from './revocation-feed.js';

const START = new Date('2026-05-01T00:00:00Z');
const AT = START.getTime() / 1000;

class Log implements RevocationLog {
  rows: Revocation[] = [];
  away = false;

  add(subject: string, session?: string): void {
    const which = session === undefined ? {} : { session };
    this.rows.push({ id: BigInt(this.rows.length + 1), subject, ...which, notBefore: AT });
  }

  async since(after: bigint, limit: number): Promise<readonly Revocation[]> {
    if (this.away) throw new Error('away');
    return this.rows.filter(({ id }) => id > after).slice(0, limit);
  }

  async newest(): Promise<bigint> {
    return this.rows.at(-1)?.id ?? 0n;
  }

  purge = (): Promise<number> => Promise.resolve(0);
}

describe('what the server knows of what it took back', () => {
  let [log, clock]: [Log, VirtualClock] = [new Log(), new VirtualClock(START)];
  let feed: RevocationFeed;
  let known: KnownRevocations;
  const isRevoked = (subject: string, session?: string): boolean => known.isRevoked({ subject, session, issuedAt: AT });

  beforeEach(() => {
    [log, clock] = [new Log(), new VirtualClock(START)];
    feed = new RevocationFeed({ log, clock, every: 500 });
    known = new KnownRevocations({ log, feed, clock, longestLife: 300_000 });
  });
  afterEach(() => Promise.all([feed.stop(), known.stop()]));

  /** Moves the clock until it is so. */
  const soon = (so: () => boolean, what: string): Promise<true> =>
    until(async () => {
      await clock.advance(100);
      return so();
    }, what);

  it('is everything that matters from the start on, also where that is much', async () => {
    for (let at = 0; at < 1_001; at++) log.add(`u-${at}`);
    await known.start();
    expect([isRevoked('u-0'), isRevoked('u-1000'), isRevoked('u-1001')]).toEqual([true, true, false]);
  });

  it('is each new one with the next look of the feed, of a session alone where it names one', async () => {
    feed.start();
    await known.start();
    log.add('ann', 's-1');
    await soon(() => isRevoked('ann', 's-1'), 'the revocation');
    expect(clock.now() - START.getTime()).toBeLessThanOrEqual(1_000);
    expect(isRevoked('ann', 's-2')).toBe(false);
  });

  it('is made up for where it could not be read', async () => {
    feed.start();
    await known.start();
    log.away = true;
    log.add('ann');
    await soon(() => feed.newest === 1n, 'the look');
    await clock.advance(2_000);
    expect(isRevoked('ann')).toBe(false);
    log.away = false;
    await soon(() => isRevoked('ann'), 'the revocation');
  });

  it('is nothing to start without', async () => {
    log.away = true;
    await expect(known.start()).rejects.toThrow('away');
  });

  it('stays so where the store is put back, whose next ids mean something else', async () => {
    log.add('ann');
    log.add('bob');
    feed.start();
    await known.start();
    await soon(() => feed.newest === 2n, 'the look');
    log.rows = [];
    log.add('cid');
    await soon(() => isRevoked('cid'), 'the revocation');
    expect([isRevoked('ann'), isRevoked('bob')]).toEqual([true, true]);
  });
});
