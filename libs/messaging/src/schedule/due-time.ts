import { durationOf, type Duration } from '@minos/common';
import type { DueTime } from '../contracts/schedule-store.js';
import { ScheduleInvalidError } from '../errors/schedule.errors.js';

/** When a message leaves: at a moment, or so long after the commit of the unit that schedules it. The database's clock decides. */
export type When = { readonly at: Date; readonly after?: undefined } | { readonly after: Duration; readonly at?: undefined };

/** Throws `SCHEDULE_INVALID`; `what` names the message. A moment that has passed is due at once. */
export function dueTimeOf(what: string, { at, after }: When): DueTime {
  const refuse = (fault: string): never => {
    throw new ScheduleInvalidError(`${what} cannot be scheduled`, fault);
  };
  if ((at === undefined) === (after === undefined)) return refuse('one of "at" and "after" must be given');
  if (at !== undefined) return at instanceof Date && !Number.isNaN(at.getTime()) ? { at: at.getTime() } : refuse('"at" is no valid Date');
  const milliseconds = durationOf(after);
  if (milliseconds === undefined || milliseconds > LONGEST) return refuse(`"after" is ${JSON.stringify(after)}, no duration up to 36500d`);
  return { after: Math.ceil(milliseconds) };
}

/** 100 years. */
const LONGEST = 36_500 * 86_400_000;
