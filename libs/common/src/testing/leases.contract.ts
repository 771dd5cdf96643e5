import assert from 'node:assert/strict';
import type { Lease, Leases } from '../contracts/leases.js';
import type { UnitOfWork } from '../contracts/unit-of-work.js';
import { globalRunner, type ContractRunner } from './contract-runner.js';

/** What leases are made of for {@link leasesContract}: none is held, and the unit of work commits their fences. */
export interface LeasesUnderTest {
  readonly leases: Leases;
  readonly unitOfWork: UnitOfWork;
  /** Makes every lease as old as if this time had passed. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const TTL = 60_000;

/** What every {@link Leases} keeps. */
export function leasesContract(
  name: string,
  create: () => LeasesUnderTest | Promise<LeasesUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as leases`, () => {
    let harness: LeasesUnderTest;
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
      assert.deepEqual([lease.name, lease.holder, lease.epoch], ['feed', 'a', 1n]);
      assert.ok(lease.remaining > TTL - 10_000 && lease.remaining <= TTL);
      assert.equal(await harness.leases.acquire('feed', 'b', TTL), undefined);
      assert.ok(await harness.leases.acquire('other', 'b', TTL));
    });

    it('goes to exactly one of many that ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => harness.leases.acquire('feed', `h${index}`, TTL)));
      assert.equal(answers.filter((answer) => answer !== undefined).length, 1);
    });

    it('keeps its epoch while it stays with its holder, and raises it when it is taken anew', async () => {
      const first = await take('a');
      assert.equal((await take('a')).epoch, first.epoch);
      await harness.age(TTL + 1);
      const again = await take('a');
      assert.ok(again.epoch > first.epoch);
      await harness.age(TTL + 1);
      assert.ok((await take('b')).epoch > again.epoch);
    });

    it('is prolonged by its holder, also after it lapsed, unless somebody took it', async () => {
      const lease = await take('a');
      await harness.age(TTL - 10_000);
      assert.ok(((await harness.leases.renew(lease, TTL))?.remaining ?? 0) > TTL - 10_000);
      await harness.age(TTL + 1);
      assert.equal((await harness.leases.renew(lease, TTL))?.epoch, lease.epoch);
      await harness.age(TTL + 1);
      await take('b');
      assert.equal(await harness.leases.renew(lease, TTL), undefined);
    });

    it('is prolonged with others that are prolonged at the same time, each on its own', async () => {
      const names = ['one', 'two', 'three', 'four'];
      const taken = await Promise.all(names.map((name) => harness.leases.acquire(name, 'a', TTL)));
      const leases = taken.flatMap((lease) => lease ?? []);
      const [first, second] = leases;
      assert.ok(first && second);
      await harness.leases.release(second);
      await harness.age(TTL - 10_000);
      const renewed = await Promise.all([...leases, first].map((lease) => harness.leases.renew(lease, TTL)));
      assert.deepEqual(
        renewed.map((lease) => lease?.name),
        ['one', undefined, 'three', 'four', 'one'],
      );
      assert.ok(renewed.every((lease) => lease === undefined || lease.remaining > TTL - 10_000));
    });

    it('says who holds which', async () => {
      await take('a');
      await harness.leases.acquire('other', 'b', TTL / 2);
      const gone = await harness.leases.acquire('gone', 'b', TTL);
      assert.ok(gone);
      await harness.leases.release(gone);
      const names = ['feed', 'other', 'gone', 'unknown'];
      assert.deepEqual([...(await harness.leases.holders(names))].sort(), [
        ['feed', 'a'],
        ['other', 'b'],
      ]);
      await harness.age(TTL / 2 + 1);
      assert.deepEqual([...(await harness.leases.holders(names))], [['feed', 'a']]);
    });

    it('can be taken at once after it was given back, and not by a late give-back', async () => {
      const lease = await take('a');
      await harness.leases.release(lease);
      await harness.leases.release(lease);
      const next = await take('b');
      assert.ok(next.epoch > lease.epoch);
      await harness.leases.release(lease);
      assert.equal(await harness.leases.acquire('feed', 'c', TTL), undefined);
    });

    it('lets units commit under the epoch that holds, and refuses the others', async () => {
      const old = await take('a');
      await commitUnder(old);
      await Promise.all(Array.from({ length: 10 }, () => commitUnder(old)));
      await harness.age(TTL + 1);
      await commitUnder(old);
      const current = await take('b');
      await assert.rejects(commitUnder(old), { code: 'LEASE_LOST', retryable: false });
      await commitUnder(current);
      await harness.leases.release(current);
      await assert.rejects(commitUnder(current), { code: 'LEASE_LOST' });
    });
  });
}
