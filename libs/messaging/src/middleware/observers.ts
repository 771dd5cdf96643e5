import type { MessageObserver } from '../contracts/message-observer.js';

/** One observer that tells all of them; none where there is none. */
export function observers(...given: readonly (MessageObserver | undefined)[]): MessageObserver | undefined {
  const all = given.filter((one) => one !== undefined);
  if (all.length < 2) return all[0];
  return { observe: (observation) => all.forEach((one) => one.observe(observation)) };
}
