import type { Contender } from './resource-contention.js';

/** Contenders with names, of what else is known of them. */
export function named(given: readonly Omit<Contender, 'holder'>[]): readonly Contender[] {
  return given.map((one, index) => ({ ...one, holder: `h${index}` }));
}

/** Two who want three things in opposite order, as many times as there are rounds, each with things of its own. */
export function opposites(round: number): readonly Contender[] {
  const places = ['one', 'two', 'three'].map((name) => `/${name}-${round}`);
  return [
    { holder: `forth-${round}`, age: 1 + (round % 2), wants: places },
    { holder: `back-${round}`, age: 2 - (round % 2), wants: places.toReversed() },
  ];
}
