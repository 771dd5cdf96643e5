import type { Clock } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import { placeOf } from './request-place.js';

/**
 * What is left of the time of a request, in milliseconds and possibly below zero; `undefined` for a message that is no request. The broker's clock says when the
 * request was stored, ours what time it is.
 */
export function remainingBudget({ envelope, stored }: Pick<MessageContext, 'envelope' | 'stored'>, clock: Clock): number | undefined {
  const place = placeOf(envelope);
  return place === undefined ? undefined : stored.appendedAt + place.budgetMs - clock.now();
}
