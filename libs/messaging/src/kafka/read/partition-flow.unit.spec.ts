import { VirtualClock, until } from '@minos/common/testing';
import { PartitionFlow } from './partition-flow.js';

const place = { channel: 'c', partition: 0 };
const fetched = (from: number, count: number) => ({
  partition: 0,
  messages: Array.from({ length: count }, (_, n) => ({ key: null, value: null, offset: String(from + n), timestamp: '0' })),
});

function flowOf(deliver: (offsets: number[]) => Promise<void>, batchSize = 3) {
  const clock = new VirtualClock();
  const options = { place, batchSize, clock, changed: () => undefined };
  return new PartitionFlow({ ...options, deliver: (messages) => deliver(messages.map(({ offset }) => Number(offset))) }, 0n);
}

describe('the flow of a partition', () => {
  it('delivers batches one after another, and wants no more than one batch ahead', async () => {
    const got: number[][] = [];
    const doors: (() => void)[] = [];
    const flow = flowOf((offsets) => new Promise((resolve) => (got.push(offsets), doors.push(resolve))));
    flow.take(fetched(0, 2), 0n);
    expect([got, flow.wants, flow.position]).toEqual([[[0, 1]], true, 2n]);
    flow.take(fetched(2, 5), 2n);
    expect([got.length, flow.wants]).toEqual([1, false]);
    doors.shift()?.();
    await until(() => got.length === 2, 'the second batch');
    expect([got[1], flow.wants]).toEqual([[2, 3, 4], false]);
    doors.shift()?.();
    await until(() => got.length === 3, 'the third batch');
    expect([got[2], flow.wants]).toEqual([[5, 6], true]);
  });

  it('drops what was fetched at another position', () => {
    const got: number[][] = [];
    const flow = flowOf(async (offsets) => void got.push(offsets));
    flow.take(fetched(0, 1), 0n);
    flow.take(fetched(0, 1), 0n);
    flow.take(fetched(5, 1), 5n);
    expect([got, flow.position]).toEqual([[[0]], 1n]);
  });

  it('delivers nothing while it is paused, and nothing after it was stopped', async () => {
    const got: number[][] = [];
    const flow = flowOf(async (offsets) => void got.push(offsets));
    flow.pause();
    flow.take(fetched(0, 2), 0n);
    expect([got, flow.wants]).toEqual([[], false]);
    flow.resume();
    expect(got).toEqual([[0, 1]]);
    await flow.stop();
    flow.take(fetched(2, 2), 2n);
    expect([got.length, flow.wants]).toEqual([1, false]);
  });
});
