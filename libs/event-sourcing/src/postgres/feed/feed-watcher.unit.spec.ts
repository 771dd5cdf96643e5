import { VirtualClock } from '@minos/common/testing';
import type { FeedHorizonTracker } from './feed-horizon.js';
import type { HintSource } from './commit-hints.js';
import { FeedWatcher } from './feed-watcher.js';

const LONG = 60_000;

/** A tracker that others use too: they move the horizon, and look, between the watcher's own looks. */
function setUp(hints: readonly HintSource[] = []) {
  const clock = new VirtualClock();
  let settled = 1n;
  let lookedAt = clock.monotonic();
  let looks = 0;
  const tracker = {
    get horizon() {
      return { settled, server: 'one' };
    },
    get lastLook() {
      return lookedAt;
    },
    lookCost: 1,
    open: false,
    mayHaveBehind: (after: bigint) => settled > after,
    refresh: async () => {
      looks += 1;
      lookedAt = clock.monotonic();
    },
  };
  const options = { settleMs: 3, settleMaxMs: 25, idleMs: 25, idleMaxMs: 1_000, scanWindow: 1 };
  const watcher = new FeedWatcher(tracker as unknown as FeedHorizonTracker, clock, options, hints);
  const others = {
    move: (to: bigint) => {
      settled = to;
      lookedAt = clock.monotonic();
    },
  };
  const wait = (): { ended: () => boolean } => {
    let ended = false;
    void watcher.wait(LONG, undefined, settled).then(() => (ended = true));
    return { ended: () => ended };
  };
  return { clock, watcher, others, wait, looks: () => looks };
}

describe('FeedWatcher', () => {
  it('ends a wait when the horizon has moved, also where somebody else has moved it', async () => {
    const { clock, watcher, others, wait } = setUp();
    wait();
    await clock.advance(2_000);
    const second = wait();
    await clock.advance(1);
    others.move(2n);
    await clock.advance(1_100);
    expect(second.ended()).toBe(true);
    watcher.close();
  });

  it('looks soon after a hint, also where somebody else has just looked', async () => {
    const { clock, watcher, others, wait, looks } = setUp();
    wait();
    for (let n = 0; n < 20; n += 1) await clock.advance(1_000);
    wait();
    for (let n = 0; n < 20; n += 1) await clock.advance(1_000);
    const before = looks();
    others.move(1n);
    watcher.hint();
    await clock.advance(15);
    expect(looks()).toBe(before + 1);
    watcher.close();
  });

  it.each([
    ['seldom while all commits are told of', true, 5],
    ['in growing steps while they are not', false, 17],
  ])('looks by itself %s', async (_how, connected, expected) => {
    const { clock, watcher, wait, looks } = setUp([{ connected, onHint: () => () => undefined }]);
    wait();
    // The first look is always news.
    await clock.advance(1_000);
    wait();
    const before = looks();
    await clock.advance(5_000);
    expect(looks() - before).toBe(expected);
    watcher.close();
  });
});
