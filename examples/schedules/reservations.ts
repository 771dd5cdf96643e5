// #region schedule
import { Command, type UnitOfWork } from '@minos/common';
import type { Schedules } from '@minos/messaging';

@Command('stock.release', { owner: 'stock', key: 'orderId' })
export class ReleaseStock extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}

export class Reservations {
  constructor(
    private readonly schedules: Schedules,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Leaves in 15 minutes unless it is cancelled before; with the commit of the unit, or not at all. */
  reserve(orderId: string, timer: string): Promise<string> {
    return this.schedules.send(new ReleaseStock(orderId), { after: '15m', id: timer });
  }

  /** `true`: it will never leave. `false`: it has left. */
  paid(timer: string): Promise<boolean> {
    return this.unitOfWork.run(() => this.schedules.cancel(timer));
  }
}
// #endregion schedule
