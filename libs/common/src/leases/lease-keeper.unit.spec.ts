import { SystemClock } from '../clock/system-clock.js';
import type { Lease, Leases } from '../contracts/leases.js';
import { LeaseKeeper } from './lease-keeper.js';

describe('LeaseKeeper', () => {
  const lease: Lease = { name: 'subscription:one', holder: 'me', epoch: 1n, remaining: 60 };
  const keeper = (renew: Leases['renew']): LeaseKeeper =>
    new LeaseKeeper({ renew, release: async () => undefined } as Partial<Leases> as Leases, new SystemClock(), lease, 60);
  const pause = (ms: number): Promise<void> => new SystemClock().sleep(ms);

  it('says that the lease is lost when its time is over, also while the database does not answer', async () => {
    let answer: (renewed: Lease) => void = () => undefined;
    const held = keeper(() => new Promise((resolve) => (answer = resolve)));
    await pause(30);
    expect(held.signal.aborted).toBe(false);
    await pause(100);
    expect(held.signal.aborted).toBe(true);
    answer(lease);
    await held.end();
  });

  it('keeps it for as long as it is renewed in time', async () => {
    const held = keeper(async () => lease);
    await pause(200);
    expect(held.signal.aborted).toBe(false);
    await held.end();
  });
});
