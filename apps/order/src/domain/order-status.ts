/** What a client sees of an order's progress. `reserving` and `paying` belong to the checkout saga. */
export type OrderStatus = 'placed' | 'reserving' | 'paying' | 'confirmed' | 'rejected' | 'cancelled';
