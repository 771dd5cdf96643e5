import { EVENT_STORE, type EventStore, streamName } from '@minos/event-sourcing';
import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { demandOwnOrder, orderUnknown } from '../access/own-order.js';
import type { OrderPlaced } from '../domain/order.events.js';
import { GetOrderEvents, type OrderEvent } from './get-order-events.query.js';

@QueryHandler(GetOrderEvents)
export class GetOrderEventsHandler implements IQueryHandler<GetOrderEvents> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ orderId }: GetOrderEvents): Promise<readonly OrderEvent[]> {
    const events = await this.store.read(streamName('order', orderId));
    const [placed] = events;
    if (placed === undefined) throw orderUnknown();
    demandOwnOrder((placed.data as unknown as Pick<OrderPlaced, 'accountId'>).accountId);
    return events.map(({ type, version, recordedAt, data }) => ({ type, version, at: recordedAt.toISOString(), data }));
  }
}
