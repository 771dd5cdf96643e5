import { parseDuration, type Duration } from '@minos/common';
import { setTimeout as pause } from 'node:timers/promises';

/** What is going on somewhere at one moment. */
export interface WorkSeen {
  /** What is under way or waits, for people; empty where there is nothing. */
  readonly busy: readonly string[];
  /** Becomes another with everything that happens, so that what moved on between two looks is noticed. */
  readonly mark: string;
}

/** Where work may be under way: an application, or a part of one. */
export interface WorkPlace {
  look(): Promise<WorkSeen>;
}

export interface SettledOptions {
  /** @default '30s' */
  readonly timeout?: Duration;
}

const STEP_MS = 5;

/**
 * Resolves when nothing is under way in any of the places: twice in a row nothing was busy, and nothing happened in between, so that what left one place did not
 * just arrive in another. What is only due later, parked, or failed for good is not waited for. Rejects after the timeout with what is still busy.
 */
export async function settled(places: readonly WorkPlace[], { timeout = '30s' }: SettledOptions = {}): Promise<void> {
  const withinMs = parseDuration(timeout);
  const deadline = performance.now() + withinMs;
  let before: string | undefined;
  for (;;) {
    const seen = await Promise.all(places.map((place) => place.look()));
    const busy = seen.flatMap((one) => one.busy);
    const mark = seen.map((one) => one.mark).join('\n');
    if (busy.length === 0 && mark === before) return;
    if (performance.now() > deadline)
      throw new Error(`Not settled within ${withinMs} ms: ${busy.join('; ') || 'something happens all the time'}.`);
    before = busy.length === 0 ? mark : undefined;
    await pause(STEP_MS);
  }
}
