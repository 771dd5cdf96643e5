import { currentContext, isMinosError } from '@minos/common';
import { Rejection } from '@minos/cqrs';
import { actsFor } from '@shop/contracts';

/** Throws `order.unknown` where the caller may not know of an order of this account: it is not told apart from one that is not there. */
export function demandOwnOrder(accountId: string): void {
  if (!actsFor(currentContext().principal, accountId)) throw orderUnknown();
}

/** For what goes wrong while an order is loaded. A "no" and no fault, so that other services hear it, too. */
export function noOrder(error: unknown): never {
  throw isMinosError(error, 'AGGREGATE_NOT_FOUND') ? orderUnknown() : error;
}

export function orderUnknown(): Rejection {
  return new Rejection('order.unknown', 'There is no order.');
}
