import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';

const DEADLINE_MS = 120_000;

/** Something that is done again and again, once at a time. */
export interface Repetition {
  /** How often it was done. */
  readonly done: number;
  /** Resolves when it was begun and done after this call. */
  anew(): Promise<void>;
  /** Rejects with what it ended with, where it did. */
  stop(): Promise<void>;
}

export function repeat(everyMs: number, act: (n: number) => Promise<void>): Repetition {
  const state = { done: 0, over: false };
  const work = (async () => {
    for (; !state.over; state.done += 1) {
      await act(state.done);
      await pause(everyMs);
    }
  })();
  return {
    get done() {
      return state.done;
    },
    anew: async () => {
      // The next one to end may have begun before.
      const enough = state.done + 2;
      await until(() => state.done >= enough, 'one more repetition', DEADLINE_MS);
    },
    stop: () => ((state.over = true), work),
  };
}
