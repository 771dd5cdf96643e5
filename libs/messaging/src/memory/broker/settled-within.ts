import type { Clock } from '@minos/common';

/** Whether `work`, which never rejects, ends within the time. */
export async function settledWithin(work: Promise<void>, milliseconds: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const over = clock.sleep(milliseconds, timer.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([work.then(() => true), over]);
  } finally {
    timer.abort();
  }
}
