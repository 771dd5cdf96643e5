/**
 * What a client sees of an order's progress. An order is `placed`, then `paying` once its price is fixed, and ends as one of the other three; `reserving` is a placed one
 * whose checkout has begun.
 */
export type OrderStatus = 'placed' | 'reserving' | 'paying' | 'confirmed' | 'rejected' | 'cancelled';
