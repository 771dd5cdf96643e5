import * as fc from 'fast-check';
import type { Contender } from './resource-contention.js';

export interface Play {
  readonly contenders: readonly Contender[];
  readonly moves: readonly number[];
}

/** Some who want some of a few things in any order, of two stores, and the order in which they move at first. */
export function plays(places: readonly string[], most: number): fc.Arbitrary<Play> {
  const wants = fc.shuffledSubarray([...places], { minLength: 1 });
  const contender = fc.record({ age: fc.integer({ min: 1, max: 3 }), wants });
  return fc
    .tuple(fc.array(contender, { minLength: 2, maxLength: most }), fc.array(fc.nat(most - 1), { maxLength: 60 }))
    .map(([given, moves]) => ({ contenders: given.map((one, index) => ({ ...one, holder: `h${index}` })), moves }));
}

/** Two who want three things in opposite order, as many times as there are rounds, each with things of its own. */
export function opposites(round: number): readonly Contender[] {
  const places = ['one', 'two', 'three'].map((name) => `/${name}-${round}`);
  return [
    { holder: `forth-${round}`, age: 1 + (round % 2), wants: places },
    { holder: `back-${round}`, age: 2 - (round % 2), wants: places.toReversed() },
  ];
}
