import { setTimeout as pause } from 'node:timers/promises';

type Answer<T> = T | false | undefined;

const STEP_MS = 5;

/** Waits until `probe` answers something other than `false` and `undefined`, and gives that; its error ends the wait. Fails with `what` after `withinMs`. */
export async function until<T>(probe: () => Answer<T> | Promise<Answer<T>>, what = 'a condition', withinMs = 15_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(STEP_MS);
  }
}
