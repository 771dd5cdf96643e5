// #region cron
import { Cron, type CronContext, type Outbox } from '@minos/messaging';

export class Carts {
  constructor(private readonly outbox: Outbox) {}

  /** What it enlists commits with the tick, so it leaves once, however many instances there are. */
  @Cron('order.expire-carts', '*/5 * * * *')
  expire({ unit, tick }: CronContext): void {
    this.outbox.enlist(unit, { channel: 'order.commands', key: 'carts', type: 'order.expire-carts', data: { until: tick.toISOString() } });
  }

  @Cron('order.daily-report', '0 3 * * MON-FRI', { timezone: 'Europe/Berlin', missed: 'skip', deadline: '10m' })
  async report({ id, signal }: CronContext): Promise<void> {
    await fetch('http://127.0.0.1:9/reports', { method: 'POST', headers: { 'idempotency-key': id }, signal });
  }
}
// #endregion cron
