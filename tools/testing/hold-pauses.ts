import timers from 'node:timers/promises';

export interface HeldPauses {
  /** How many have begun and were not let go. */
  readonly held: number;
  letGo(): void;
}

/**
 * Holds each pause of exactly so many milliseconds until it is let go, which it is behind the test at the latest, so that what happens within it does not hurry. Give a
 * number that nothing else waits for; all other pauses are real.
 */
export async function withHeldPauses(milliseconds: number, test: (pauses: HeldPauses) => Promise<void>): Promise<void> {
  const held: (() => void)[] = [];
  const real = timers.setTimeout;
  const spy = jest
    .spyOn(timers, 'setTimeout')
    .mockImplementation((given, value, options) =>
      given === milliseconds ? heldPause(held, value, options?.signal) : real(given, value, options),
    );
  const pauses: HeldPauses = {
    get held() {
      return held.length;
    },
    letGo: () => {
      spy.mockRestore();
      for (const end of held.splice(0)) end();
    },
  };
  try {
    await test(pauses);
  } finally {
    pauses.letGo();
  }
}

function heldPause<T>(held: (() => void)[], value: T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    held.push(() => resolve(value));
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
