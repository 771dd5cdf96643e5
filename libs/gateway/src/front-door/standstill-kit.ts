import { AwakeTime, until } from '@minos/common/testing';

/** For so long nothing may change while this process runs, in milliseconds. */
const STILL_MS = 100;

/** Waits until a number no longer changes, and resolves with it. */
export async function standstill(read: () => number, what: string): Promise<number> {
  let seen = read();
  const time = new AwakeTime();
  let since = time.now;
  await until(() => {
    if (read() !== seen) [seen, since] = [read(), time.now];
    return time.now - since >= STILL_MS;
  }, what).finally(() => time.end());
  return seen;
}
