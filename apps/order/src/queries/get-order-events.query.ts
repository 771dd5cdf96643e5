import { Query } from '@minos/common';

export interface OrderEvent {
  readonly type: string;
  readonly version: number;
  /** When it was recorded, ISO 8601. */
  readonly at: string;
  readonly data: object;
}

@Query('order.events')
export class GetOrderEvents extends Query<readonly OrderEvent[]> {
  constructor(readonly orderId: string) {
    super();
  }
}
