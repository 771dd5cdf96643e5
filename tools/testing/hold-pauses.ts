import timers from 'node:timers/promises';

export interface HeldPauses {
  /** How many have begun and were not let go. */
  readonly held: number;
  letGo(): void;
}

/**
 * Holds each pause of exactly so many milliseconds until it is let go, so that what happens within it does not hurry. Give a number that nothing else waits for; all
 * other pauses are real.
 */
export function holdPauses(milliseconds: number): HeldPauses {
  const pauses: (() => void)[] = [];
  const real = timers.setTimeout;
  const spy = jest
    .spyOn(timers, 'setTimeout')
    .mockImplementation((given, ...more) =>
      given === milliseconds ? new Promise((resolve) => pauses.push(() => resolve(more[0]))) : real(given, ...more),
    );
  return {
    get held() {
      return pauses.length;
    },
    letGo: () => {
      spy.mockRestore();
      for (const end of pauses.splice(0)) end();
    },
  };
}
