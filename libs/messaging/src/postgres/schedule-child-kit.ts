import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import { Outbox } from '../outbox/outbox.js';
import { CronRunner } from '../schedule/cron-runner.js';
import type { CronContext } from '../schedule/cron.decorator.js';
import { ScheduleRunner } from '../schedule/schedule-runner.js';
import { openSchedules } from './schedule-kit.js';

export interface ChildOrder {
  readonly url: string;
  /** Ends the process as a crash would when it reaches this point. */
  readonly crashAt?: string;
}

/** How long the handler of the cron takes in milliseconds. */
const HANDLING_MS = 150;

function crashingAt(wanted: string | undefined): CrashPoints {
  if (wanted === undefined) return NO_CRASH_POINTS;
  return { reach: (point) => void (point === wanted && process.kill(process.pid, 'SIGKILL')) };
}

/**
 * A process of a service: moves what is due, and fires a cron every second. Each call of the handler leaves a row of its own outside of the unit, and a message
 * with the unit.
 */
export async function serve({ url, crashAt }: ChildOrder): Promise<void> {
  const opened = await openSchedules(url, crashingAt(crashAt));
  const { database, clock, schedules, crons, outbox: _outbox, ...ports } = opened;
  const outbox = new Outbox({ source: 'order', clock });
  const invoke = async ({ tick, unit }: CronContext): Promise<void> => {
    await database.query('insert into calls (tick) values ($1::float8)', [tick.getTime()]);
    process.send?.('handling');
    outbox.enlist(unit, { channel: 'ticks', key: 'one', type: 'test.tick', data: { tick: tick.getTime() } });
    await clock.sleep(HANDLING_MS);
  };
  const cron = { name: 'test.every-second', expression: '* * * * * *', invoke };
  new ScheduleRunner({ store: schedules, clock }, { batchSize: 20, poll: '100ms' }).start();
  new CronRunner({ store: crons, clock, ...ports, crons: [cron] }, { lease: '1s' }).start();
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.('ready');
}
