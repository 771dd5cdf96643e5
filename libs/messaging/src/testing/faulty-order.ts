import type { BrokerMessage } from '../contracts/broker.js';
import type { SeededRandom } from './seeded-random.js';

/** A message on its way, with its place in the caller's list. */
export interface Numbered {
  readonly message: BrokerMessage;
  readonly index: number;
}

/** The messages in a random order, those of one channel and key in theirs. */
export function shuffleKeys(list: readonly Numbered[], random: SeededRandom): Numbered[] {
  const keys = new Map<string, Numbered[]>();
  for (const entry of list) {
    const key = JSON.stringify([entry.message.channel, entry.message.key]);
    const queue = keys.get(key) ?? [];
    queue.push(entry);
    keys.set(key, queue);
  }
  const queues = [...keys.values()];
  const shuffled: Numbered[] = [];
  while (queues.length > 0) {
    const chosen = random.below(queues.length);
    const queue = queues[chosen] as Numbered[];
    shuffled.push(queue.shift() as Numbered);
    if (queue.length === 0) queues.splice(chosen, 1);
  }
  return shuffled;
}

/** Some messages twice; the second stands anywhere behind the first, so the first of each keep their order. */
export function repeatSome(list: readonly Numbered[], probability: number, random: SeededRandom): Numbered[] {
  const repeated = [...list];
  for (const entry of list) {
    if (!random.chance(probability)) continue;
    const first = repeated.indexOf(entry);
    repeated.splice(first + 1 + random.below(repeated.length - first), 0, { ...entry });
  }
  return repeated;
}
