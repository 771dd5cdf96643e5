import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { StoredMessage } from '../contracts/broker.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxRelay } from './outbox-relay.js';

const CHANNEL = 'stock.commands';

describe('a message that the broker refuses', () => {
  it('keeps those behind it in its key from leaving, also those of its batch, until an operator has decided', async () => {
    const clock = new VirtualClock();
    const leases = new MemoryLeases(clock);
    const store = new MemoryOutboxStore(clock, leases);
    const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock, newId: uuidv7 });
    const broker = new MemoryBroker({ clock, maxMessageBytes: 5_000 });
    await broker.ensureChannels([{ name: CHANNEL, partitions: 1 }]);
    const outbox = new Outbox({ source: 'order', clock });
    const relay = new OutboxRelay({ store, broker, leases, clock });
    const send = (key: string, data: string | number): Promise<unknown> =>
      unitOfWork.run((unit) => outbox.enlist(unit, { channel: CHANNEL, key, type: 'test.sent', data }));
    await send('a', 1);
    await send('a', 'x'.repeat(6_000));
    await send('b', 1);
    await send('a', 3);
    await send('b', 2);
    relay.start();
    await clock.advance(1_000);
    await send('a', 4);
    await clock.advance(1_000);
    const arrived: StoredMessage[] = [];
    const messages = async (batch: readonly StoredMessage[]): Promise<void> => void arrived.push(...batch);
    await broker.follow({ partition: { channel: CHANNEL, partition: 0 }, from: 'beginning', messages });
    await clock.advance(100);
    const of = (key: string): string[] => arrived.filter((one) => one.key === key).map(({ body }) => Buffer.from(body).toString());
    expect([of('a'), of('b')]).toEqual([['1'], ['1', '2']]);
    expect(await store.refusedKeys(10)).toMatchObject([{ channel: CHANNEL, key: 'a', reason: expect.stringContaining('bytes') }]);

    await store.release({ channel: CHANNEL, key: 'a' }, { oldest: 'discard', by: 'ann' });
    await clock.advance(1_000);
    expect(of('a')).toEqual(['1', '3', '4']);
    const stopped = Promise.all([relay.stop(), broker.close()]);
    await clock.advance(100);
    await stopped;
  });
});
