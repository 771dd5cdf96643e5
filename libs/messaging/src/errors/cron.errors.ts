import { MinosError } from '@minos/common';

/** Cron handlers that cannot run; all faults of all of them are in `details.faults`. */
export class CronInvalidError extends MinosError {
  readonly code = 'CRON_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(
      `${faults.join(' ')} A right one is @Cron('order.expire-carts', '*/5 * * * *') (every five minutes: minute, hour, day of the month, month, day of the week; ` +
        `a sixth field in front counts seconds) or @Cron('order.report', '0 3 * * *', { timezone: 'Europe/Berlin' }).`,
      { details: { faults } },
    );
  }
}

/** Another process has fired this tick, or the cron has another definition meanwhile: nothing of the unit was stored. */
export class CronTickTakenError extends MinosError {
  readonly code = 'CRON_TICK_TAKEN' as const;
  readonly retryable = false;

  constructor(name: string, tick: number) {
    super(
      `The tick ${new Date(tick).toISOString()} of the cron "${name}" was fired by another process, or the cron has changed; nothing was stored.`,
      {
        details: { name, tick },
      },
    );
  }
}
