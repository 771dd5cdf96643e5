import { Event } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { EVENT_DATA, EVENT_TYPE } from './sample-event.js';

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly price: number;
}

@Event(EVENT_TYPE, { version: 1 })
export class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly lines: readonly Line[],
    readonly total: number,
    readonly currency: string,
    readonly note: string,
  ) {}
}

/** Adds up what was ordered: the cheapest fold that uses every event. */
abstract class Ledger extends AggregateRoot {
  total = 0;

  order(): void {
    const { orderId, accountId, lines, total, currency, note } = EVENT_DATA;
    this.apply(new OrderPlaced(orderId, accountId, lines, total, currency, note));
  }

  @On(OrderPlaced) protected placed(event: OrderPlaced): void {
    this.total += event.total;
  }
}

@Aggregate('load')
export class PlainLedger extends Ledger {}

@Aggregate('brief', { snapshotEvery: 100 })
export class BriefLedger extends Ledger {}

@Aggregate('lengthy', { snapshotEvery: 100 })
export class LengthyLedger extends Ledger {}

@Aggregate('command')
export class CommandLedger extends Ledger {}
