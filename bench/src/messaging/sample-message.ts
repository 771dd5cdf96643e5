import { Event, MessageRegistry, type MessageMetadata } from '@minos/common';
import { EVENT_DATA, EVENT_TYPE } from '../event-store/sample-event.js';

/** What the sender tells, of about 300 bytes. */
@Event(EVENT_TYPE)
export class OrderPlaced {
  declare readonly orderId: string;
  declare readonly total: number;
}

export const ORDER_PLACED: MessageMetadata = new MessageRegistry().register(OrderPlaced).ofClass(OrderPlaced);
export const MESSAGE_DATA = EVENT_DATA;

/** What the receiver makes of it: one row beside the mark. */
export const EFFECT_TYPE = 'stock.reserved';
export const EFFECT_DATA = EVENT_DATA;

const KEYS = 5_000;

/** Orders take turns: a key comes again, but not at once. */
export function keyOf(number: number): string {
  return `order-${number % KEYS}`;
}
