import type { BrokerMessage, PublishOutcome } from '../../contracts/broker.js';
import type { ChannelDirectory } from './channel-directory.js';
import type { PendingMessage } from './publish-batch.js';
import { PublishLanes } from './publish-lanes.js';
import { Publisher } from './publisher.js';

const message = (channel: string, key: string, text = key): BrokerMessage => ({ channel, key, headers: {}, body: Buffer.from(text) });
const texts = (batch: readonly PendingMessage[]): string[] => batch.map(({ body }) => Buffer.from(body).toString());

/** Batches that a test answers by hand. */
class HeldAppends {
  readonly batches: { readonly texts: string[]; readonly end: (error?: Error) => void }[] = [];

  readonly append = (batch: readonly PendingMessage[]): Promise<PublishOutcome[]> =>
    new Promise((resolve, reject) => {
      const outcomes = batch.map(({ channel, partition }, index) => ({ channel, partition, offset: BigInt(index) }));
      this.batches.push({ texts: texts(batch), end: (error) => (error === undefined ? resolve(outcomes) : reject(error)) });
    });
}

/** Knows every channel, those named `late…` after a while. */
function directory(): ChannelDirectory {
  const found = new Set<string>();
  const channel = (name: string) => ({ name, id: 1, partitions: 4 });
  return {
    get: (name: string) => (name.startsWith('late') && !found.has(name) ? undefined : channel(name)),
    find: async (names: readonly string[]) => {
      await new Promise((resolve) => setImmediate(resolve));
      names.forEach((name) => found.add(name));
    },
  } as unknown as ChannelDirectory;
}

const OPTIONS = { maxMessageBytes: 1_000, batchMessages: 4, batchBytes: 10_000 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Publisher', () => {
  it('has one statement on its way and puts what comes meanwhile together', async () => {
    const held = new HeldAppends();
    const publisher = new Publisher(directory(), held.append, OPTIONS);
    const calls = ['1', '2'].map((key) => publisher.publish([message('c', key)]));
    await settled();
    calls.push(...['3', '4', '5'].map((key) => publisher.publish([message('c', key), message('c', `${key}b`)])));
    await settled();
    expect(held.batches.map((batch) => batch.texts)).toEqual([['1', '2']]);
    held.batches[0]?.end();
    await settled();
    expect(held.batches[1]?.texts).toEqual(['3', '3b', '4', '4b']);
    held.batches[1]?.end();
    await settled();
    held.batches[2]?.end();
    expect((await Promise.all(calls)).map((outcomes) => outcomes.length)).toEqual([1, 1, 2, 2, 2]);
  });

  it('refuses with a batch that failed what waits behind it, and nothing that comes later', async () => {
    const held = new HeldAppends();
    const publisher = new Publisher(directory(), held.append, OPTIONS);
    const first = publisher.publish(['1', '2', '3', '4', '5', '6'].map((key) => message('c', 'key', key)));
    await settled();
    const behind = publisher.publish([message('c', 'key', '7')]);
    const outcomes = Promise.allSettled([first, behind]);
    await settled();
    held.batches[0]?.end(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = publisher.publish([message('c', 'key', '8')]);
    await settled();
    expect(held.batches.map((batch) => batch.texts)).toEqual([['1', '2', '3', '4'], ['8']]);
    held.batches[1]?.end();
    await again;
  });

  it('keeps the order of the calls where an earlier one has to ask for its channels', async () => {
    const held = new HeldAppends();
    const publisher = new Publisher(directory(), held.append, OPTIONS);
    const calls = [
      publisher.publish([message('c', 'key', '1'), message('late', 'key', '2')]),
      publisher.publish([message('c', 'key', '3')]),
    ];
    await settled();
    await settled();
    await settled();
    held.batches[0]?.end();
    await settled();
    held.batches[1]?.end();
    await Promise.all(calls);
    const inChannel = held.batches.flatMap((batch) => batch.texts).filter((text) => text !== '2');
    expect(inChannel).toEqual(['1', '3']);
  });

  it('refuses a key that PostgreSQL cannot keep', async () => {
    const publisher = new Publisher(directory(), new HeldAppends().append, OPTIONS);
    const outcomes = await publisher.publish([message('c', 'a\0b'), message('c', 'half \ud83d')]);
    expect(outcomes).toMatchObject([{ refused: { code: 'MESSAGE_UNPUBLISHABLE' } }, { refused: { code: 'MESSAGE_UNPUBLISHABLE' } }]);
  });
});

describe('PublishLanes', () => {
  const item = (channel: string, n: number, bytes = 1) => ({ channel, n, bytes });

  it('lets a short queue through beside a long one, and keeps the order of each', () => {
    const lanes = new PublishLanes<ReturnType<typeof item>>();
    for (let n = 0; n < 5_000; n++) lanes.add(item('events', n));
    for (let n = 0; n < 3; n++) lanes.add(item('replies', n));
    const taken = [];
    expect(lanes.take(1_000, 1e6).filter(({ channel }) => channel === 'replies')).toHaveLength(3);
    while (!lanes.empty) taken.push(...lanes.take(1_000, 1e6).map(({ n }) => n));
    expect(taken).toEqual(Array.from({ length: 5_000 - 997 }, (_, n) => n + 997));
  });

  it('is bounded by bytes, but gives one at least', () => {
    const lanes = new PublishLanes<ReturnType<typeof item>>();
    [50, 200, 40, 40].forEach((bytes, n) => lanes.add(item('c', n, bytes)));
    expect([1, 2, 3].map(() => lanes.take(10, 100).map(({ n }) => n))).toEqual([[0], [1], [2, 3]]);
    expect(lanes.empty).toBe(true);
    lanes.add(item('c', 9));
    expect(lanes.drain()).toHaveLength(1);
    expect(lanes.empty).toBe(true);
  });
});
