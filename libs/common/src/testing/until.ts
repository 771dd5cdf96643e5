import { setTimeout as pause } from 'node:timers/promises';

type Answer<T> = T | false | undefined;

const STEP_MS = 5;
/** What one look counts for at the most. */
const LOOK_MS = 250;

/**
 * Waits until `probe` answers something other than `false` and `undefined`, and gives that; its error ends the wait. Fails with `what` after `withinMs`, of
 * which a look takes a quarter of a second at the most: while this process stood still, what it waits for mostly did so too.
 */
export async function until<T>(probe: () => Answer<T> | Promise<Answer<T>>, what = 'a condition', withinMs = 15_000): Promise<T> {
  let waited = 0;
  for (let looked = performance.now(); ;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (waited > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(STEP_MS);
    const now = performance.now();
    waited += Math.min(now - looked, LOOK_MS);
    looked = now;
  }
}
