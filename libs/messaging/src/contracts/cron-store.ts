import type { Change } from '@minos/common';

export const FIRE_CRON = 'messaging.fire-cron';

/**
 * Says that a tick of a cron has fired and which one comes next: a compare-and-set. Refused with `CRON_TICK_TAKEN` unless the cron waits for exactly this tick under
 * exactly this definition. So the effects of a tick, which stand in the same unit, happen once over all processes.
 */
export interface FireCron extends Change {
  readonly kind: typeof FIRE_CRON;
  readonly name: string;
  readonly definition: string;
  /** UUID; tells this unit's firing from that of another one after a lost connection. */
  readonly run: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly tick: number;
  readonly next: number;
  /** Why the tick has no effects: its handler failed as often as it may. A tick without it ends a row of failures. */
  readonly failure?: string;
}

/** What the store knows of a cron. */
export interface CronState {
  readonly name: string;
  readonly definition: string;
  readonly nextAt: number;
  /** The tick that fired last, with or without success. */
  readonly lastTick: number | undefined;
  /** Ticks in a row whose handler failed for good. */
  readonly failures: number;
  /** Why the last of them failed. */
  readonly failure: string | undefined;
}

export interface CronReading {
  /** The store's clock. */
  readonly now: number;
  /** Those that are defined. */
  readonly crons: readonly CronState[];
}

/** The next time of each cron, by its durable name. Firing is a change of the unit of work (`messaging.fire-cron`), so it is not here. */
export interface CronStore {
  read(names: readonly string[]): Promise<CronReading>;
  /**
   * Makes the cron, or gives it another definition; one that has this definition already stays as it is. A tick that is due already stays due, since nobody has fired it;
   * otherwise the next one is `next`. Idempotent; waits for a firing that is committing.
   */
  define(name: string, definition: string, next: number): Promise<void>;
}
