/** Wakes those who wait for something to change. Whoever waits looks again by itself: a ring says that something may have changed, not what. */
export class Doorbell {
  private readonly waiting = new Set<() => void>();

  ring(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Calls `wake` at the next ring, once; what it answers takes that back. */
  once(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => void this.waiting.delete(wake);
  }
}

/** Resolves at the first ring of any of these, or when the signal aborts. Whoever has to see a change made before it must look after calling it. */
export function anyRing(bells: readonly Doorbell[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const wake = (): void => {
      for (const back of undo) back();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    if (signal.aborted) return resolve();
    for (const bell of bells) undo.push(bell.once(wake));
    signal.addEventListener('abort', wake, { once: true });
  });
}
