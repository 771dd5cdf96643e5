/** Nothing is done in it. */
const TICK_MS = 60_000;

/** Keeps the process from ending while `work` waits: a process that has nothing else open yet ends, in order and without a word, as soon as only timers of the suite are left. */
export async function stayAwake<T>(work: () => Promise<T>): Promise<T> {
  const tick = setInterval(() => undefined, TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(tick);
  }
}
