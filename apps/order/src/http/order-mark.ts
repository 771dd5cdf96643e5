import type { ConsistencyMark } from '@minos/nest';

/** Where an order is at this version. */
export const orderMark = (orderId: string, version: number): ConsistencyMark => ({ service: 'order', stream: `order-${orderId}`, version });
