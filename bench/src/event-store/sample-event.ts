/** JSON of about 300 bytes: what an order of two lines looks like. */
export const EVENT_DATA = {
  orderId: '0191e1a2-7c3b-7d10-9f00-3a5b6c7d8e9f',
  accountId: '0191e1a2-7c3b-7d10-9f00-0a1b2c3d4e5f',
  lines: [
    { sku: 'espresso-machine-deluxe', quantity: 1, price: 24900 },
    { sku: 'coffee-beans-1kg-arabica', quantity: 4, price: 1890 },
  ],
  total: 32460,
  currency: 'EUR',
  note: 'leave it with the neighbour, third floor',
};

export const EVENT_TYPE = 'order.placed';
