import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { CHANNEL, event } from '../consumer/consumer-kit.js';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { BrokerMessage } from '../contracts/broker.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { openTestingDatabase } from '../postgres/inbox-kit.js';
import { hostileMessages } from './hostile-kit.js';
import { sealedBy, stockTrust } from './trust-kit.js';

const COMMANDS = 'stock.commands';
const genuine = (n: number): BrokerMessage => sealedBy('orders', event({ channel: COMMANDS, data: n }));

async function openService() {
  const stores = await openTestingDatabase();
  const broker = new MemoryBroker({ log: new MemoryLog(new SystemClock()) });
  await broker.ensureChannels([CHANNEL, COMMANDS].map((name) => ({ name, partitions: 1 })));
  const seen: unknown[] = [];
  const handler: MessageHandler = { handle: (_, { envelope, principal }) => void seen.push(principal && envelope.data) };
  const consumer = new ConsumerPipeline(
    {
      consumer: 'stock',
      channels: [{ name: CHANNEL }, { name: COMMANDS, kind: 'command' }],
      handlers: new Map([['order.placed', handler]]),
    },
    { ...stores, broker, trust: stockTrust() },
  );
  consumer.start();
  const close = async (): Promise<void> => {
    await consumer.stop();
    await broker.close();
    await stores.close();
  };
  return { stores, broker, seen, consumer, close, parkedKeys: new ParkedKeys(stores.parked) };
}

it('hostile messages are parked in PostgreSQL with all they had, can be discarded, and hold nothing up', async () => {
  const { stores, broker, seen, consumer, close, parkedKeys } = await openService();
  try {
    const hostile = hostileMessages(COMMANDS);
    for (const [index, { message }] of hostile.entries()) await broker.publish([message, genuine(index)]);
    await until(() => consumer.status().counts.refused === hostile.length, 'everything hostile to be refused');
    await until(() => seen.length === hostile.length, 'the genuine messages');
    expect(seen).toEqual(hostile.map((_one, index) => index));
    expect(consumer.status().partitions.map(({ trouble }) => trouble)).toEqual([undefined, undefined]);
    await until(async () => (await broker.lag('stock', [COMMANDS])).every(({ lag }) => lag === 0n), 'the position to move on');

    const keys = await parkedKeys.list();
    expect(keys).toHaveLength(hostile.length);
    expect(new Set(keys.map(({ cause }) => cause?.code))).toEqual(new Set(['PRINCIPAL_REFUSED', 'PRODUCER_NOT_OWNER', 'MESSAGE_UNSOUND']));
    const { rows } = await stores.database.query<{ body: Buffer }>(
      'select body from minos.parked_messages where channel = $1 order by message_offset',
      [COMMANDS],
    );
    expect(rows.map(({ body }) => body.toString('hex'))).toEqual(hostile.map(({ message }) => Buffer.from(message.body).toString('hex')));

    await parkedKeys.retry({}, { by: 'ann' });
    await until(async () => (await parkedKeys.list()).every(({ attempts }) => attempts >= 2), 'all to be refused again');
    for (const { key } of keys) await parkedKeys.discard({ consumer: 'stock', channel: COMMANDS, key }, { by: 'ann' });
    await until(async () => (await parkedKeys.list()).length === 0, 'all to be discarded');
    expect(seen).toHaveLength(hostile.length);
  } finally {
    await close();
  }
});
