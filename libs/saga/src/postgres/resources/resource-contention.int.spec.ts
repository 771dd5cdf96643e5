import * as fc from 'fast-check';
import { ContentionRecord, ResourceContention } from '../../testing/resource-contention.js';
import { named, opposites } from '../../testing/resource-contention-kit.js';
import { openTestingResources } from './resource-kit.js';

/** So often each may look whether its turn has come. */
const MANY_MOVES = Array<number>(20_000).fill(0);

let opened: Awaited<ReturnType<typeof openTestingResources>>;
beforeAll(async () => {
  opened = await openTestingResources();
});
afterAll(() => opened.close());
beforeEach(() => opened.empty());

it('contenders never wait in a circle, and all come to their ends', async () => {
  const wants = fc.shuffledSubarray(['product/one', 'product/two', 'payment/one'], { minLength: 1 });
  const given = fc.array(fc.record({ age: fc.integer({ min: 1, max: 3 }), wants }), { minLength: 2, maxLength: 3 });
  const play = fc.asyncProperty(given, fc.array(fc.nat(2), { maxLength: 30 }), async (contenders, moves) => {
    await opened.empty();
    await new ResourceContention(opened.store, opened.unitOfWork, named(contenders)).play(moves);
  });
  await fc.assert(play, { numRuns: 15 });
});

it('two want three things in opposite order, 100 times, ten pairs at once: all end', async () => {
  const play = (round: number) => new ResourceContention(opened.store, opened.unitOfWork, opposites(round)).play([0, 1, 0, 1]);
  for (let round = 0; round < 100; round += 10)
    await expect(Promise.all(Array.from({ length: 10 }, (_, index) => play(round + index)))).resolves.toHaveLength(10);
});

it('two who want three things in opposite order, each at its own speed: all end', async () => {
  for (let round = 0; round < 30; round += 10) {
    const record = new ContentionRecord();
    const contenders = Array.from({ length: 10 }, (_, index) => opposites(round + index)).flat();
    const alone = contenders.map((one) => new ResourceContention(opened.store, opened.unitOfWork, [one], { record }));
    await Promise.all(alone.map((contention) => contention.play(MANY_MOVES)));
    expect(record.holders.size).toBe(0);
  }
});
