import { Event } from '@minos/common';
import { Aggregate } from '../aggregate/aggregate.decorator.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { On } from '../aggregate/on.decorator.js';
import type { SnapshotStore } from '../contracts/snapshot-store.js';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';

@Event('counter.counted')
class Counted {
  constructor(readonly note?: string) {}
}

@Aggregate('counter', { snapshotEvery: 3 })
class Counter extends AggregateRoot {
  total = 0;
  note?: string = 'none';
  count(note?: string): void {
    this.apply(new Counted(note));
  }
  @On(Counted) protected counted({ note }: Counted): void {
    this.total++;
    this.note = note;
  }
}

@Aggregate('dated', { snapshotEvery: 1 })
class Dated extends AggregateRoot {
  at = new Date(0);
  count(): void {
    this.apply(new Counted());
  }
  @On(Counted) protected counted(): void {
    this.at = new Date(1);
  }
}

const stream = streamName('counter', '1');

describe('snapshots', () => {
  it('are taken when a multiple of the number is passed, and used', async () => {
    const { repository, snapshots } = createMemoryEventSourcing();
    const counters = repository(Counter);
    const versions: unknown[] = [];
    await counters.create('1', (counter) => counter.count('a'));
    for (const count of [1, 4, 1]) {
      await counters.update('1', (counter) => Array.from({ length: count }, () => counter.count()).length);
      versions.push((await snapshots.load(stream, 1, ''))?.version);
    }
    expect(versions).toEqual([undefined, 6, 6]);
    const loaded = await repository(Counter).load('1');
    expect([loaded.total, loaded.note, 'note' in loaded]).toEqual([7, undefined, true]);
  });

  it('are not taken of decisions that did not commit', async () => {
    const { repository, snapshots, unitOfWork } = createMemoryEventSourcing();
    const counters = repository(Counter);
    const failing = unitOfWork.run(async () => {
      await counters.create('1', (counter) => [1, 2, 3].forEach(() => counter.count()));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await snapshots.load(stream, 1, '')).toBeUndefined();
  });

  it('are not used for another state version', async () => {
    const parts = createMemoryEventSourcing();
    await parts.snapshots.save({ stream, version: 1, stateVersion: 2, state: { total: 1000 } }, '');
    await parts.repository(Counter).create('1', (counter) => counter.count());
    expect((await parts.repository(Counter).load('1')).total).toBe(1);
  });

  it('are left aside, and reported, where they are ahead of the stream or cannot be read', async () => {
    const parts = createMemoryEventSourcing();
    await parts.repository(Counter).create('1', (counter) => counter.count());
    await parts.snapshots.save({ stream, version: 60, stateVersion: 1, state: { total: 1000 } }, '');
    const reports: unknown[] = [];
    const report = (error: unknown): void => void reports.push((error as { code?: string }).code);
    expect((await parts.repository(Counter, { report }).load('1')).total).toBe(1);
    const broken: SnapshotStore = { load: () => Promise.reject(new Error('gone')), save: () => Promise.reject(new Error('full')) };
    const counters = parts.repository(Counter, { report, snapshots: broken });
    expect((await counters.load('1')).total).toBe(1);
    await counters.update('1', (counter) => [1, 2, 3].forEach(() => counter.count()));
    expect(reports).toEqual(['SNAPSHOT_UNUSABLE', 'SNAPSHOT_UNUSABLE', 'SNAPSHOT_UNUSABLE', undefined]);
  });

  it('refuse state that JSON cannot carry: reported once, the command goes through', async () => {
    const reports: Error[] = [];
    const { repository } = createMemoryEventSourcing();
    const dated = repository(Dated, { report: (error) => void reports.push(error as Error) });
    await dated.create('1', (one) => one.count());
    await dated.update('1', (one) => one.count());
    expect(reports.map((error) => error.message)).toEqual([
      expect.stringMatching(/No snapshot of Dated \(stream dated-1\).*at.*Date.*Write toSnapshot\(\)/s),
    ]);
  });
});
