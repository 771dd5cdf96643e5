import { VirtualClock } from '@minos/common/testing';
import type { BrokerGateway } from './broker-gateway.js';
import type { PartitionReader } from './partition-reader.js';
import { ReadLoop } from './read-loop.js';

const ROW = [1, 1n, 0, 'key', {}, Buffer.from('{}')] as const;

/** A loop over one partition whose messages are there when `waiting` says so, with a connection for hints. */
function setUp() {
  const clock = new VirtualClock();
  const looks: number[] = [];
  let waiting = 0;
  let taken = 0;
  const call = async (): Promise<unknown[]> => {
    looks.push(clock.monotonic());
    const rows = Array.from({ length: waiting }, () => ROW);
    waiting = 0;
    return rows;
  };
  const take = (messages: readonly unknown[]): void => void (taken += messages.length);
  const reader = { ready: true, behind: false, channelId: 1, partition: { channel: 'c', partition: 0 }, position: 0n, day: 0, take };
  const loop = new ReadLoop({
    ...{ gateway: { call } as unknown as BrokerGateway, clock, pollMs: 25, pollMaxMs: 250, hintedPauseMs: 2_500 },
    ...{ hints: { connected: true }, batchSize: 100, fetchMessages: 100, fetchBytes: 1_000_000 },
    onAnswer: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  loop.add(reader as unknown as PartitionReader);
  const close = async (): Promise<void> => {
    const closed = loop.close();
    await clock.advance(0);
    await closed;
  };
  return { clock, loop, looks, close, arrive: () => void (waiting = 1), taken: () => taken };
}

describe('ReadLoop', () => {
  it('looks by itself seldom while hints can come, and at once on one', async () => {
    const { clock, loop, looks, close, arrive, taken } = setUp();
    await clock.advance(10_000);
    expect(looks.length).toBeLessThanOrEqual(6);
    arrive();
    loop.wake();
    await clock.advance(0);
    expect(taken()).toBe(1);
    await close();
  });

  it('looks in growing steps once it has found what no hint had told of, until one comes', async () => {
    const { clock, loop, looks, close, arrive, taken } = setUp();
    await clock.advance(100);
    arrive();
    await clock.advance(2_500);
    expect(taken()).toBe(1);
    arrive();
    await clock.advance(300);
    expect(taken()).toBe(2);
    loop.wake();
    await clock.advance(0);
    const before = looks.length;
    await clock.advance(2_000);
    expect(looks.length - before).toBe(0);
    await close();
  });
});
