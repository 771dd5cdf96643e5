import * as fc from 'fast-check';
import { type ContentionOptions, ResourceContention } from '../testing/resource-contention.js';
import { opposites, type Play, plays } from '../testing/resource-contention-kit.js';
import { openMemoryResources } from './memory-resource-kit.js';

const ONE_STORE = ['/one', '/two', '/three', '/four'];
const TWO_STORES = ['product/one', 'product/two', 'payment/one', 'payment/two'];

async function playOut({ contenders, moves }: Play, options: ContentionOptions = {}): Promise<void> {
  const { store, unitOfWork } = openMemoryResources();
  await new ResourceContention(store, unitOfWork, contenders, options).play(moves);
}

describe.each([
  ['one store', ONE_STORE],
  ['two stores', TWO_STORES],
])('contenders for things of %s', (_, places) => {
  it('never wait in a circle, hold one thing one after the other with ascending fences, and all come to their ends', async () => {
    await fc.assert(
      fc.asyncProperty(plays(places, 5), (play) => playOut(play)),
      { numRuns: 60 },
    );
  });
});

it.each([
  ['own', ONE_STORE],
  ['elsewhere', TWO_STORES],
] as const)('they would wait in a circle if the rule of ages did not see what they have (control: %s)', async (hidden, places) => {
  const { failed, errorInstance } = await fc.check(
    fc.asyncProperty(plays(places, 5), (play) => playOut(play, { hidden })),
    { numRuns: 1_000 },
  );
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
