import { MemoryLeases } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { PurgeExceptions } from '../contracts/inbox-store.js';
import { InboxPurge } from './inbox-purge.js';

/** Marks that can be purged, and what was asked of them. */
class Marks {
  readonly asked: { readonly ageMs: number; readonly limit: number; readonly except: PurgeExceptions | undefined }[] = [];
  failures = 0;
  constructor(public left: number) {}
  purge = async (ageMs: number, limit: number, except?: PurgeExceptions): Promise<number> => {
    this.asked.push({ ageMs, limit, except });
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no connection');
    }
    const gone = Math.min(limit, this.left);
    this.left -= gone;
    return gone;
  };
}

describe('InboxPurge', () => {
  const clock = new VirtualClock();
  const leases = new MemoryLeases(clock);

  it('deletes in small statements what is older than the retention, and again later', async () => {
    const inbox = new Marks(25);
    const purge = new InboxPurge({ inbox, leases, clock }, { retention: '2d', batch: 10, every: '1m' });
    purge.start();
    purge.start();
    await clock.advance(1_000);
    expect(inbox.asked).toEqual(Array.from({ length: 3 }, () => ({ ageMs: 172_800_000, limit: 10, except: { consumers: [] } })));
    expect(purge.status()).toMatchObject({ running: true, deleted: 25, lastRun: { deleted: 25 } });
    inbox.left = 4;
    await clock.advance(70_000);
    expect(purge.status()).toMatchObject({ deleted: 29, lastRun: { deleted: 4 } });
    await purge.stop();
    await purge.stop();
    inbox.left = 1;
    await clock.advance(600_000);
    expect(inbox.left).toBe(1);
  });

  it('is done by one process at a time, and by the other when that one has ended', async () => {
    const inboxes = [new Marks(1_000), new Marks(1_000)] as const;
    const [first, second] = inboxes.map((inbox) => new InboxPurge({ inbox, leases, clock }, { batch: 1, every: '1m', pause: '10s' }));
    first?.start();
    await clock.advance(0);
    second?.start();
    await clock.advance(100_000);
    expect([inboxes[0].asked.length > 5, inboxes[1].asked.length]).toEqual([true, 0]);
    await first?.stop();
    await clock.advance(100_000);
    expect(inboxes[1].asked.length).toBeGreaterThan(0);
    await second?.stop();
  });

  it('keeps the marks of consumers of endless channels, and looks at them once', async () => {
    const inbox = new Marks(1);
    const purge = new InboxPurge({ inbox, leases, clock, endless: () => ['history'] }, { retention: '1h', every: '1m' });
    purge.start();
    await clock.advance(100_000);
    await purge.stop();
    const [first, second] = inbox.asked;
    expect(first?.except).toEqual({ consumers: ['history'] });
    expect(second?.except?.consumers).toEqual(['history']);
    expect(second?.except?.olderThanMs).toBeGreaterThan(2 * 3_600_000);
    expect(second?.except?.olderThanMs).toBeLessThan(2 * 3_600_000 + 100_000);
  });

  it('says why a run failed, and goes on with the next', async () => {
    const inbox = new Marks(5);
    inbox.failures = 1;
    const purge = new InboxPurge({ inbox, leases, clock }, { every: '1m' });
    purge.start();
    await clock.advance(1_000);
    expect(purge.status()).toMatchObject({ deleted: 0, error: new Error('no connection') });
    await clock.advance(70_000);
    expect(purge.status()).toEqual({ running: true, deleted: 5, lastRun: expect.anything() });
    await purge.stop();
  });
});
