import type { RetryPlan, StepNode, TimeoutPolicy } from '../definition/plan.js';

const TIMEOUT_MS = 60_000;
export const DEFAULT_RETRY: RetryPlan = { everyMs: 1_000, longestMs: 10_000, times: 5 };

/** How long an answer is waited for, and what then. From the pivot on there is no way back. */
export function timeoutOf({ timeout, pivot }: StepNode, forward: boolean): { readonly afterMs: number; readonly then: TimeoutPolicy } {
  const { afterMs, then } = timeout ?? { afterMs: TIMEOUT_MS, then: 'compensate' };
  return { afterMs, then: (forward || pivot) && then === 'compensate' ? 'retry' : then };
}

/** The pause before try `number` + 1 in milliseconds; without chance, since all timers of an instance are one. */
export function pauseAfter(number: number, { everyMs, longestMs }: RetryPlan): number {
  return Math.min(longestMs, everyMs * 2 ** Math.min(number - 1, 30));
}
