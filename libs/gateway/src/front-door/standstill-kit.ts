import { until } from '@minos/common/testing';

/** For so long nothing may change, in milliseconds. */
const STILL_MS = 100;

/** Waits until a number no longer changes, and resolves with it. */
export async function standstill(read: () => number, what: string): Promise<number> {
  let seen = read();
  let since = performance.now();
  await until(() => {
    if (read() !== seen) [seen, since] = [read(), performance.now()];
    return performance.now() - since >= STILL_MS;
  }, what);
  return seen;
}
