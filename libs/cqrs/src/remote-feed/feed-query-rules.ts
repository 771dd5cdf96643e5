import { isMinosError, isRejection } from '@minos/common';
import { FeedReadFailed, FeedReadInvalid } from '../errors/feed.errors.js';

const MOST_TYPES = 1_000;

/** What a query has to be like, and what is said where it is not. */
export type Rule<Q> = readonly [is: (query: Q) => boolean, otherwise: string];

export const TYPES_RULE: Rule<{ readonly types: readonly string[] }> = [
  ({ types }) => isListOfNames(types),
  `types is no list of 1 to ${MOST_TYPES} names of events`,
];

/** Throws the rejection `FEED_READ_INVALID`: another service may be of another release, or not what it says. */
export function demandSound<Q>(query: Q, rules: readonly Rule<Q>[]): void {
  const faults = rules.flatMap(([is, otherwise]) => (is(query) ? [] : [otherwise]));
  if (faults.length > 0) throw new FeedReadInvalid(faults);
}

/** What cannot be read now is read again by the asker, as another query: as a fault each would park a key of its own. What only waits for the storage is waited for. */
export async function unparked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isPassing = isMinosError(error) && error.retryable && error.code !== 'NOT_YET_CONSISTENT';
    if (isPassing || isRejection(error)) throw error;
    throw new FeedReadFailed(error);
  }
}

function isListOfNames(given: unknown): boolean {
  return Array.isArray(given) && given.length > 0 && given.length <= MOST_TYPES && given.every((type) => typeof type === 'string');
}
