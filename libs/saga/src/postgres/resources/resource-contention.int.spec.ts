import * as fc from 'fast-check';
import { ContentionRecord, ResourceContention } from '../../testing/resource-contention.js';
import { opposites, plays } from '../../testing/resource-contention-kit.js';
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
  await fc.assert(
    fc.asyncProperty(plays(['product/one', 'product/two', 'payment/one'], 3), async ({ contenders, moves }) => {
      await opened.empty();
      await new ResourceContention(opened.store, opened.unitOfWork, contenders).play(moves);
    }),
    { numRuns: 15 },
  );
}, 120_000);

it('two want three things in opposite order, many pairs at once: all end', async () => {
  const rounds = Array.from({ length: 100 }, (_, round) => round);
  const play = (round: number) => new ResourceContention(opened.store, opened.unitOfWork, opposites(round)).play([0, 1, 0, 1]);
  await expect(Promise.all(rounds.map(play))).resolves.toHaveLength(100);
}, 120_000);

it('two who want three things in opposite order, 100 times, each at its own speed: all end', async () => {
  for (let round = 0; round < 100; round += 10) {
    const record = new ContentionRecord();
    const contenders = Array.from({ length: 10 }, (_, index) => opposites(round + index)).flat();
    const alone = contenders.map((one) => new ResourceContention(opened.store, opened.unitOfWork, [one], { record }));
    await Promise.all(alone.map((contention) => contention.play(MANY_MOVES)));
    expect(record.holders.size).toBe(0);
  }
}, 120_000);
