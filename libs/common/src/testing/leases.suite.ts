import type { Lease, Leases } from '../contracts/leases.js';
import type { UnitOfWork } from '../contracts/unit-of-work.js';

/** What leases are made of for {@link describeLeases}: none is held, and the unit of work commits their fences. */
export interface LeasesHarness {
  readonly leases: Leases;
  readonly unitOfWork: UnitOfWork;
  /** Makes every lease as old as if this time had passed. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const TTL = 60_000;

/** What every {@link Leases} keeps. */
export function describeLeases(name: string, create: () => LeasesHarness | Promise<LeasesHarness>): void {
  describe(`${name} as leases`, () => {
    let harness: LeasesHarness;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.close?.());

    const take = async (holder: string): Promise<Lease> => {
      const lease = await harness.leases.acquire('feed', holder, TTL);
      if (lease === undefined) throw new Error(`${holder} did not get the lease`);
      return lease;
    };
    const commitUnder = (lease: Lease): Promise<void> =>
      harness.unitOfWork.run((unit) => {
        unit.enlist(harness.leases.fence(lease));
      });

    it('has one holder at a time', async () => {
      const lease = await take('a');
      expect(lease).toMatchObject({ name: 'feed', holder: 'a', epoch: 1n });
      expect(lease.remaining).toBeGreaterThan(TTL - 10_000);
      expect(lease.remaining).toBeLessThanOrEqual(TTL);
      expect(await harness.leases.acquire('feed', 'b', TTL)).toBeUndefined();
      expect(await harness.leases.acquire('other', 'b', TTL)).toBeDefined();
    });

    it('goes to exactly one of many that ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => harness.leases.acquire('feed', `h${index}`, TTL)));
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    });

    it('keeps its epoch while it stays with its holder, and raises it when it is taken anew', async () => {
      const first = await take('a');
      expect((await take('a')).epoch).toBe(first.epoch);
      await harness.age(TTL + 1);
      const again = await take('a');
      expect(again.epoch).toBeGreaterThan(first.epoch);
      await harness.age(TTL + 1);
      expect((await take('b')).epoch).toBeGreaterThan(again.epoch);
    });

    it('is prolonged by its holder, also after it lapsed, unless somebody took it', async () => {
      const lease = await take('a');
      await harness.age(TTL - 10_000);
      expect((await harness.leases.renew(lease, TTL))?.remaining).toBeGreaterThan(TTL - 10_000);
      await harness.age(TTL + 1);
      expect(await harness.leases.renew(lease, TTL)).toMatchObject({ epoch: lease.epoch });
      await harness.age(TTL + 1);
      await take('b');
      expect(await harness.leases.renew(lease, TTL)).toBeUndefined();
    });

    it('can be taken at once after it was given back, and not by a late give-back', async () => {
      const lease = await take('a');
      await harness.leases.release(lease);
      await harness.leases.release(lease);
      const next = await take('b');
      expect(next.epoch).toBeGreaterThan(lease.epoch);
      await harness.leases.release(lease);
      expect(await harness.leases.acquire('feed', 'c', TTL)).toBeUndefined();
    });

    it('lets units commit under the epoch that holds, and refuses the others', async () => {
      const old = await take('a');
      await commitUnder(old);
      await Promise.all(Array.from({ length: 10 }, () => commitUnder(old)));
      await harness.age(TTL + 1);
      await commitUnder(old);
      const current = await take('b');
      await expect(commitUnder(old)).rejects.toMatchObject({ code: 'LEASE_LOST', retryable: false });
      await commitUnder(current);
      await harness.leases.release(current);
      await expect(commitUnder(current)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    });
  });
}
