import type { Clock } from '@minos/common';

/** What the store said that differs by more from what it said before is a clock that was set; less is an answer that was under way for longer. */
const JITTER_MS = 2_000;
/** By so much the estimate follows a slower clock with each answer. */
const STEP_MS = 1;

/**
 * The store's clock between its answers. An answer that comes late makes the store's clock look slow, never fast: so of two estimates the later time is nearer to it. What was due
 * once stays due, or a local command that is to run now would be left to the process that takes over what nobody ran.
 */
export class StoreTime {
  /** The store's clock less ours; `undefined` before the first answer, when ours is all there is. */
  private ahead: number | undefined;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** What the store said its clock is. */
  tell(now: number): void {
    const told = now - this.clock.now();
    const { ahead = -Infinity } = this;
    this.ahead = told >= ahead || ahead - told > JITTER_MS ? told : Math.max(told, ahead - STEP_MS);
  }

  /** In whole milliseconds since the epoch, rounded up: what the store has called due is due. */
  get now(): number {
    return Math.ceil(this.clock.now() + (this.ahead ?? 0));
  }
}
