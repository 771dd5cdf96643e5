import { EVENT_STORE, type EventStore, streamName } from '@minos/event-sourcing';
import { Inject, NotFoundException } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { GetOrderEvents, type OrderEvent } from './get-order-events.query.js';

@QueryHandler(GetOrderEvents)
export class GetOrderEventsHandler implements IQueryHandler<GetOrderEvents> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ orderId }: GetOrderEvents): Promise<readonly OrderEvent[]> {
    const events = await this.store.read(streamName('order', orderId));
    if (events.length === 0) throw new NotFoundException(`There is no order ${orderId}.`);
    return events.map(({ type, version, recordedAt, data }) => ({ type, version, at: recordedAt.toISOString(), data }));
  }
}
