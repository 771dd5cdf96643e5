import { setTimeout as pause } from 'node:timers/promises';
import { AwakeTime } from './awake-time.js';

type Answer<T> = T | false | undefined;

const STEP_MS = 5;

/**
 * Waits until `probe` answers something other than `false` and `undefined`, and gives that; its error ends the wait. Fails with `what` after `withinMs` in which this
 * process ran: while it stood still, what it waits for mostly did so too.
 */
export async function until<T>(probe: () => Answer<T> | Promise<Answer<T>>, what = 'a condition', withinMs = 60_000): Promise<T> {
  const time = new AwakeTime();
  try {
    for (;;) {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      if (time.now > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
      await pause(STEP_MS);
    }
  } finally {
    time.end();
  }
}
