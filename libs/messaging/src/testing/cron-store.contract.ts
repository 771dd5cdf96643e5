import assert from 'node:assert/strict';
import { uuidv7, type UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import { FIRE_CRON, type CronState, type CronStore, type FireCron } from '../contracts/cron-store.js';

export interface CronStoreUnderTest {
  readonly store: CronStore;
  /** Commits firings. */
  readonly unitOfWork: UnitOfWork;
  close?(): Promise<void>;
}

const HOUR = 3_600_000;

/** What every {@link CronStore} keeps. */
export function cronStoreContract(
  name: string,
  create: () => CronStoreUnderTest | Promise<CronStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, before, after } = runner;
  describe(`${name} as a store of crons`, () => {
    let harness: CronStoreUnderTest;
    before(async () => void (harness = await create()));
    after(async () => harness.close?.());

    const fresh = (): string => `cron.${uuidv7()}`;
    const now = async (): Promise<number> => Math.floor((await harness.store.read([])).now);
    const state = async (of: string): Promise<CronState | undefined> => (await harness.store.read([of])).crons[0];
    const fire = (change: Pick<FireCron, 'name' | 'definition' | 'tick' | 'next'> & Partial<FireCron>): Promise<void> =>
      harness.unitOfWork.run((unit) => void unit.enlist({ run: uuidv7(), ...change, kind: FIRE_CRON }));

    it('knows nothing of a cron before it is defined, and its next time then', async () => {
      const cron = fresh();
      assert.equal(await state(cron), undefined);
      const next = (await now()) + HOUR;
      await harness.store.define(cron, 'daily', next);
      assert.deepEqual(await state(cron), {
        name: cron,
        definition: 'daily',
        nextAt: next,
        lastTick: undefined,
        failures: 0,
        failure: undefined,
      });
      await harness.store.define(cron, 'daily', next + HOUR);
      assert.equal((await state(cron))?.nextAt, next);
    });

    it('takes another definition, and keeps a tick that is due already', async () => {
      const [cron, due] = [fresh(), fresh()];
      const moment = await now();
      await harness.store.define(cron, 'daily', moment + HOUR);
      await harness.store.define(due, 'daily', moment - HOUR);
      for (const each of [cron, due]) await harness.store.define(each, 'hourly', moment + 5);
      const states = [await state(cron), await state(due)];
      assert.deepEqual(
        states.map((one) => [one?.definition, one?.nextAt]),
        [
          ['hourly', moment + 5],
          ['hourly', moment - HOUR],
        ],
      );
    });

    it('reads many, in the order of their names', async () => {
      const names = [fresh(), fresh(), fresh()];
      for (const each of names) await harness.store.define(each, 'daily', 1_000);
      const { crons } = await harness.store.read([...names].reverse());
      assert.deepEqual(
        crons.map((one) => one.name),
        [...names].sort(),
      );
    });

    it('lets each tick fire once, under its definition', async () => {
      const cron = fresh();
      await harness.store.define(cron, 'daily', 1_000);
      await rejectsWith('CRON_TICK_TAKEN', fire({ name: cron, definition: 'daily', tick: 999, next: 2_000 }));
      await rejectsWith('CRON_TICK_TAKEN', fire({ name: cron, definition: 'hourly', tick: 1_000, next: 2_000 }));
      await rejectsWith('CRON_TICK_TAKEN', fire({ name: fresh(), definition: 'daily', tick: 1_000, next: 2_000 }));
      await fire({ name: cron, definition: 'daily', tick: 1_000, next: 2_000 });
      await rejectsWith('CRON_TICK_TAKEN', fire({ name: cron, definition: 'daily', tick: 1_000, next: 2_000 }));
      const { nextAt, lastTick } = (await state(cron)) as CronState;
      assert.deepEqual([nextAt, lastTick], [2_000, 1_000]);
    });

    it('lets one of many units win that fire one tick at once', async () => {
      const cron = fresh();
      await harness.store.define(cron, 'daily', 1_000);
      const tries = Array.from({ length: 20 }, () => fire({ name: cron, definition: 'daily', tick: 1_000, next: 2_000 }));
      const outcomes = await Promise.allSettled(tries);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('stores nothing of a unit that failed', async () => {
      const cron = fresh();
      await harness.store.define(cron, 'daily', 1_000);
      const failing = harness.unitOfWork.run(async (unit) => {
        unit.enlist({ kind: FIRE_CRON, name: cron, definition: 'daily', run: uuidv7(), tick: 1_000, next: 2_000 } as FireCron);
        await unit.flush();
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
      assert.equal((await state(cron))?.nextAt, 1_000);
    });

    it('counts failures in a row, and forgets them with a success', async () => {
      const cron = fresh();
      await harness.store.define(cron, 'daily', 1_000);
      await fire({ name: cron, definition: 'daily', tick: 1_000, next: 2_000, failure: 'one "1"' });
      await fire({ name: cron, definition: 'daily', tick: 2_000, next: 3_000, failure: 'two' });
      const failing = (await state(cron)) as CronState;
      assert.deepEqual([failing.failures, failing.failure], [2, 'two']);
      await fire({ name: cron, definition: 'daily', tick: 3_000, next: 4_000 });
      const well = (await state(cron)) as CronState;
      assert.deepEqual([well.failures, well.failure, well.lastTick], [0, undefined, 3_000]);
    });
  });
}
