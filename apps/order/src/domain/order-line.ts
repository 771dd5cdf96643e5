/** One line of an order: how many pieces of one product. */
export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}
