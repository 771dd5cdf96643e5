import * as fc from 'fast-check';
import { type ContentionOptions, ResourceContention } from '../testing/resource-contention.js';
import { named, opposites } from '../testing/resource-contention-kit.js';
import { openMemoryResources } from './memory-resource-kit.js';

const ONE_STORE = ['/one', '/two', '/three', '/four'];
const TWO_STORES = ['product/one', 'product/two', 'payment/one', 'payment/two'];

/** Some who want some of a few things in any order, and the order in which they move at first; they play it out. */
function playedOut(places: readonly string[], options: ContentionOptions = {}) {
  const wants = fc.shuffledSubarray([...places], { minLength: 1 });
  const given = fc.array(fc.record({ age: fc.integer({ min: 1, max: 3 }), wants }), { minLength: 2, maxLength: 5 });
  return fc.asyncProperty(given, fc.array(fc.nat(4), { maxLength: 60 }), async (contenders, moves) => {
    const { store, unitOfWork } = openMemoryResources();
    await new ResourceContention(store, unitOfWork, named(contenders), options).play(moves);
  });
}

describe.each([
  ['one store', ONE_STORE],
  ['two stores', TWO_STORES],
])('contenders for things of %s', (_, places) => {
  it('never wait in a circle, hold one thing one after the other with ascending fences, and all come to their ends', async () => {
    await fc.assert(playedOut(places), { numRuns: 60 });
  });
});

it.each([
  ['own', ONE_STORE],
  ['elsewhere', TWO_STORES],
] as const)('they would wait in a circle if the rule of ages did not see what they have (control: %s)', async (hidden, places) => {
  const { failed, errorInstance } = await fc.check(playedOut(places, { hidden }), { numRuns: 1_000, endOnFailure: true });
  expect(failed).toBe(true);
  expect(String(errorInstance)).toMatch(/waits for itself|never came to their end/);
});

it('two want three things in opposite order, 100 times: all end', async () => {
  const { store, unitOfWork } = openMemoryResources();
  let retreats = 0;
  for (let round = 0; round < 100; round++) {
    const contention = new ResourceContention(store, unitOfWork, opposites(round));
    await contention.play([0, 1, 0, 1]);
    retreats += contention.retreats;
  }
  expect(retreats).toBeGreaterThan(50);
});
