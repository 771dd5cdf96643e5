import { Rejection, type Leases } from '@minos/common';
import type { CronDefinition } from './cron-definition.js';
import { CronRunner } from './cron-runner.js';
import type { CronRunnerOptions } from './cron-runner.options.js';
import type { CronContext } from './cron.decorator.js';
import { memorySchedules } from './schedule-kit.js';

const MINUTE = 60_000;

function setUp(expression = '*/5 * * * *', more: Partial<CronDefinition> = {}) {
  const kit = memorySchedules(new Date('2026-01-01T00:01:00Z'));
  const { clock, crons: store, outbox } = kit;
  const calls: CronContext[] = [];
  let work: (context: CronContext) => unknown = () => undefined;
  const cron: CronDefinition = {
    name: 'order.expire-carts',
    expression,
    ...more,
    invoke: (context) => {
      calls.push(context);
      outbox.enlist(context.unit, { channel: 'c', key: 'k', type: 't', data: { text: context.tick.toISOString().slice(11, 19) } });
      return work(context);
    },
  };
  const runners: CronRunner[] = [];
  const runner = (
    options: CronRunnerOptions = {},
    changes: { readonly crons?: CronDefinition[]; readonly leases?: Leases } = {},
  ): CronRunner => {
    const made = new CronRunner({ ...kit, store, crons: [cron], ...changes }, options);
    runners.push(made);
    made.start();
    return made;
  };
  const doing = (next: typeof work): void => void (work = next);
  const stop = async (): Promise<void> => {
    const stopped = Promise.all(runners.map((one) => one.stop()));
    await clock.advance(10_000);
    await stopped;
  };
  const status = async (one: CronRunner) => (await one.status()).crons[0];
  return { ...kit, cron, calls, doing, runner, stop, status };
}

describe('CronRunner', () => {
  it('fires each tick at its time, with what the handler did', async () => {
    const { clock, runner, calls, left, status, stop } = setUp();
    const one = runner();
    await clock.advance(4 * MINUTE - 1);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect(calls).toMatchObject([{ name: 'order.expire-carts', id: 'order.expire-carts@2026-01-01T00:05:00.000Z', attempt: 1 }]);
    await clock.advance(10 * MINUTE);
    expect(await left()).toEqual(['00:05:00', '00:10:00', '00:15:00']);
    expect(await status(one)).toEqual({
      ...{
        name: 'order.expire-carts',
        expression: '*/5 * * * *',
        timezone: 'UTC',
        running: false,
        failures: 0,
        failing: false,
        superseded: false,
      },
      ...{ overdueSeconds: 0, lastTick: new Date('2026-01-01T00:15:00Z'), nextAt: new Date('2026-01-01T00:20:00Z') },
    });
    await stop();
    await clock.advance(10 * MINUTE);
    expect(calls).toHaveLength(3);
  });

  it('runs the handler in one of many processes', async () => {
    const { clock, runner, calls, left, doing, stop } = setUp();
    doing(() => clock.sleep(3_000));
    for (let n = 0; n < 4; n += 1) runner();
    await clock.advance(15 * MINUTE);
    expect(await left()).toEqual(['00:05:00', '00:10:00', '00:15:00']);
    expect(calls).toHaveLength(3);
    await stop();
  });

  it('has effects once also where the leases do not hold; those outside of the unit show that handlers ran in each process', async () => {
    const { clock, runner, calls, left, doing, leases, stop } = setUp();
    const open = { ...leases, acquire: async (name: string, holder: string) => ({ name, holder, epoch: 1n, remaining: 10_000 }) };
    const nothing: Leases = {
      ...open,
      renew: async (lease) => lease,
      release: async () => undefined,
      holders: async () => new Map(),
      fence: (lease) => leases.fence(lease),
    };
    doing(() => clock.sleep(100));
    for (let n = 0; n < 4; n += 1) runner({}, { leases: nothing });
    await clock.advance(15 * MINUTE);
    expect(await left()).toEqual(['00:05:00', '00:10:00', '00:15:00']);
    expect(calls.length).toBeGreaterThanOrEqual(10);
    await stop();
  });

  it('fires once for all that was missed', async () => {
    const { clock, runner, left, stop } = setUp();
    const first = runner();
    await clock.advance(MINUTE);
    await first.stop();
    await clock.advance(60 * MINUTE + 30_000);
    runner();
    await clock.advance(1_000);
    expect(await left()).toEqual(['00:05:00']);
    await clock.advance(5 * MINUTE);
    expect(await left()).toEqual(['00:05:00', '01:05:00']);
    await stop();
  });

  it('skips what was missed where it shall, but not what is a little late', async () => {
    const { clock, runner, left, stop } = setUp('*/5 * * * *', { missed: 'skip' });
    const first = runner();
    await clock.advance(MINUTE);
    await first.stop();
    await clock.advance(62 * MINUTE + 30_000);
    const second = runner();
    await clock.advance(1_000);
    expect(await left()).toEqual([]);
    await second.stop();
    await clock.advance(MINUTE);
    runner();
    await clock.advance(1_000);
    expect(await left()).toEqual(['01:05:00']);
    await stop();
  });

  it('tries a failing handler again, stores nothing of the failed tries, and reports it', async () => {
    const { clock, runner, calls, left, doing, status, stop } = setUp();
    doing(({ attempt }) => {
      if (attempt < 3) throw new Error(`no ${attempt}`);
    });
    const one = runner({ retry: { first: '10s', longest: '10s' } });
    await clock.advance(4 * MINUTE + 1);
    expect(await status(one)).toMatchObject({
      failing: true,
      failures: 0,
      running: true,
      error: expect.objectContaining({ message: 'no 1' }),
    });
    await clock.advance(30_000);
    expect(calls.map(({ attempt, id }) => [attempt, id])).toEqual([1, 2, 3].map((n) => [n, 'order.expire-carts@2026-01-01T00:05:00.000Z']));
    expect(await left()).toEqual(['00:05:00']);
    expect(await status(one)).toMatchObject({ failing: false, failures: 0 });
    await stop();
  });

  it('waits for the next tick when the tries are used up, and says so until a tick succeeds', async () => {
    const { clock, runner, calls, left, doing, status, stop } = setUp();
    doing(() => {
      throw new Error('always');
    });
    const one = runner({ retry: { attempts: 3, first: '1s', longest: '1s' } });
    await clock.advance(14 * MINUTE + 30_000);
    expect(calls).toHaveLength(9);
    expect(await left()).toEqual([]);
    expect(await status(one)).toMatchObject({ failing: true, failures: 3, error: 'always', overdueSeconds: 0 });
    doing(() => undefined);
    await clock.advance(5 * MINUTE);
    expect(await left()).toEqual(['00:20:00']);
    expect(await status(one)).toMatchObject({ failing: false, failures: 0 });
    await stop();
  });

  it('does not try again what is rejected', async () => {
    const { clock, runner, calls, doing, status, stop } = setUp();
    doing(() => {
      throw new Rejection('order.closed', 'closed');
    });
    const one = runner();
    await clock.advance(4 * MINUTE + 1);
    expect(calls).toHaveLength(1);
    expect(await status(one)).toMatchObject({ failing: true, failures: 1, error: 'closed' });
    await stop();
  });

  it('cuts a handler short at its deadline', async () => {
    const { clock, runner, calls, doing, status, stop } = setUp('*/5 * * * *', { deadline: '10s' });
    doing(() => new Promise(() => undefined));
    const one = runner({ retry: { attempts: 1 } });
    await clock.advance(4 * MINUTE + 10_001);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(await status(one)).toMatchObject({ failing: true, failures: 1, error: expect.stringContaining('did not end within 10000 ms') });
    await stop();
  });

  it('lets the handler end when it stops, and leaves the tick to others where it does not', async () => {
    const { clock, runner, calls, doing, left } = setUp();
    doing(() => clock.sleep(2_000));
    const one = runner();
    await clock.advance(4 * MINUTE + 1);
    const stopped = one.stop();
    await clock.advance(2_000);
    await stopped;
    expect(await left()).toEqual(['00:05:00']);
    doing(({ signal }) => clock.sleep(MINUTE, signal));
    const two = runner();
    await clock.advance(5 * MINUTE);
    const cut = two.stop();
    await clock.advance(5_000);
    await cut;
    expect([calls.length, await left()]).toEqual([2, ['00:05:00']]);
    doing(() => undefined);
    const three = runner();
    await clock.advance(1);
    expect(await left()).toEqual(['00:05:00', '00:10:00']);
    await three.stop();
  });

  it('follows another expression, fires what was due, and leaves the former release without ticks', async () => {
    const { clock, runner, cron, left, status, stop } = setUp();
    const old = runner();
    await clock.advance(MINUTE);
    runner({}, { crons: [{ ...cron, expression: '*/2 * * * *' }] });
    await clock.advance(3 * MINUTE);
    expect(await left()).toEqual(['00:04:00']);
    expect(await status(old)).toMatchObject({ superseded: true, nextAt: new Date('2026-01-01T00:06:00Z') });
    await clock.advance(5 * MINUTE);
    expect(await left()).toEqual(['00:04:00', '00:06:00', '00:08:00', '00:10:00']);
    await stop();
  });

  it('does not hold up one cron while another runs', async () => {
    const { clock, runner, cron, left, doing, stop } = setUp();
    doing(({ name }) => (name === 'slow' ? clock.sleep(MINUTE) : undefined));
    runner(
      {},
      {
        crons: [
          { ...cron, name: 'slow', expression: '5 * * * *' },
          { ...cron, name: 'fast', expression: '*/10 * * * * *' },
        ],
      },
    );
    await clock.advance(4 * MINUTE - 1);
    const before = (await left()).length;
    await clock.advance(30_000);
    expect((await left()).length - before).toBe(3);
    await stop();
  });

  it('asks at most every 7.5 s while nothing is due', async () => {
    const { clock, runner, crons, stop } = setUp('0 0 1 1 *');
    let reads = 0;
    const read = crons.read.bind(crons);
    crons.read = (names) => ((reads += 1), read(names));
    runner();
    await clock.advance(10 * MINUTE);
    expect(reads).toBeLessThanOrEqual(82);
    await stop();
  });
});
