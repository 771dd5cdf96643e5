import type { Clock } from '../contracts/clock.js';
import type { Lease, Leases } from '../contracts/leases.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { LeaseKeeper } from './lease-keeper.js';

describe('LeaseKeeper', () => {
  const lease: Lease = { name: 'subscription:one', holder: 'me', epoch: 1n, remaining: 60 };
  const keeper = (renew: Leases['renew'], clock: Clock): LeaseKeeper =>
    new LeaseKeeper({ renew, release: async () => undefined } as Partial<Leases> as Leases, clock, lease, 60);

  it('says that the lease is lost when its time is over, also while the database does not answer', async () => {
    const clock = new VirtualClock();
    let answer: (renewed: Lease) => void = () => undefined;
    const held = keeper(() => new Promise((resolve) => (answer = resolve)), clock);
    await clock.advance(59);
    expect(held.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(held.signal.aborted).toBe(true);
    answer(lease);
    await held.end();
  });

  it('keeps it for as long as it is renewed in time', async () => {
    const clock = new VirtualClock();
    const held = keeper(async () => lease, clock);
    await clock.advance(200);
    expect(held.signal.aborted).toBe(false);
    await held.end();
  });

  describe('behind a standstill that was longer than the lease', () => {
    /** Its sleeps end late, as they do when the process stands still. */
    class Standstill extends VirtualClock {
      late = 0;
      override monotonic(): number {
        return super.monotonic() + this.late;
      }
    }

    async function behindOne(renew: Leases['renew']) {
      const clock = new Standstill();
      const held = keeper(renew, clock);
      clock.late = 1_000;
      await clock.advance(20);
      return { clock, held };
    }

    it('keeps it where nobody has taken it', async () => {
      const { clock, held } = await behindOne(async () => lease);
      await clock.advance(50);
      expect(held.signal.aborted).toBe(false);
      await held.end();
    });

    it('says soon that it is lost where the database does not answer', async () => {
      const { clock, held } = await behindOne(() => new Promise(() => undefined));
      expect(held.signal.aborted).toBe(false);
      await clock.advance(20);
      expect(held.signal.aborted).toBe(true);
    });
  });
});
