import { SystemClock } from '@minos/common';
import type { FeedPosition, SubscriptionProgress } from '@minos/event-sourcing';
import { MemoryCheckpointStore } from '@minos/event-sourcing';
import { ProjectionRunner } from './projection-runner.js';
import { projectionStatus } from './projection-status.js';

/** A projection that stands at one place of a feed with another end. */
class Standing {
  reached = 0;
  latest = 0;
  known = true;
  age = 1;
  private readonly parts = { checkpoints: new MemoryCheckpointStore(), clock: new SystemClock() };
  private readonly runner: ProjectionRunner;

  constructor() {
    const subscription = { progress: () => Promise.resolve(this.progress()) };
    const feed = { horizon: () => Promise.resolve({ settled: String(this.latest), latest: String(this.latest) }) };
    const source = { service: 'order', feed, isKnown: () => this.known };
    const bound = { definition: { name: 'orders', version: 1 }, subscription, source };
    this.runner = new ProjectionRunner(bound as never, this.parts as never, undefined);
  }

  async isReady(reached: number, latest: number): Promise<boolean> {
    Object.assign(this, { reached, latest });
    return (await projectionStatus(this.runner, undefined, this.parts)).ready;
  }

  private progress(): SubscriptionProgress {
    const { reached, latest } = this;
    const position = reached === 0 ? undefined : (String(reached) as FeedPosition);
    return {
      name: 'orders',
      state: 'running',
      position,
      lagEvents: latest - reached,
      lagSeconds: this.age,
      unmovedSeconds: 0,
      stalled: false,
    };
  }
}

describe('a projection is ready', () => {
  it('when it comes close to the end, and stays so', async () => {
    const standing = new Standing();
    expect(await standing.isReady(1, 1_000)).toBe(false);
    expect(await standing.isReady(950, 1_050)).toBe(true);
    expect(await standing.isReady(950, 9_000)).toBe(true);
  });

  it('when it has passed what was the end at first, although as many events come as it handles', async () => {
    const standing = new Standing();
    expect(await standing.isReady(500, 1_000)).toBe(false);
    expect(await standing.isReady(999, 1_500)).toBe(false);
    expect(await standing.isReady(1_000, 1_501)).toBe(true);
  });

  it('but not where it is far behind by then', async () => {
    const standing = new Standing();
    standing.age = 3_600;
    expect(await standing.isReady(500, 1_000)).toBe(false);
    expect(await standing.isReady(1_000, 9_000)).toBe(false);
    standing.age = 20;
    expect(await standing.isReady(8_000, 9_000)).toBe(true);
  });

  it('not before the end is known, nor before its first event where some wait', async () => {
    const standing = new Standing();
    standing.known = false;
    expect(await standing.isReady(10, 10)).toBe(false);
    standing.known = true;
    expect(await standing.isReady(0, 10)).toBe(false);
    expect(await standing.isReady(10, 10)).toBe(true);
  });
});
