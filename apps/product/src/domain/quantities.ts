import { Rejection } from '@minos/common';
import type { StockLine } from '@shop/contracts';

const MOST_LINES = 100;
const MOST_PIECES = 1000;

/** Pieces per product. A product may be in several lines. */
export function quantitiesOf(lines: readonly StockLine[]): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

/** Throws `reservation.invalid` for lines that nobody can order: the sender is another service, whose checks are not ours. */
export function refuseInvalidLines(lines: readonly StockLine[]): void {
  const fits = lines.length >= 1 && lines.length <= MOST_LINES && lines.every(({ quantity }) => isQuantity(quantity));
  if (!fits) throw new Rejection('reservation.invalid', `A reservation has 1 to ${MOST_LINES} lines of 1 to ${MOST_PIECES} pieces each.`);
}

function isQuantity(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_PIECES;
}
