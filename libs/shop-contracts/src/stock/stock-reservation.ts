/** How many pieces of one product. */
export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

/** The same with the price that was fixed for it. */
export interface PricedLine extends StockLine {
  /** Of one piece, in cents. */
  readonly price: number;
}

/** What is held for an order. */
export interface StockReservation {
  /** Of all lines, in cents. */
  readonly total: number;
  /** In the order of the command. */
  readonly lines: readonly PricedLine[];
}
