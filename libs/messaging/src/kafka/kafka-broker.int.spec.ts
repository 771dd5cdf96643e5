import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { until } from '@minos/common/testing';
import { HeldLine, withKafka } from '../../../../tools/testing/real-kafka.js';
import type { Broker } from '../contracts/broker.js';
import { brokerContract } from '../testing/broker.contract.js';
import type { BrokerUnderTest } from '../testing/broker-scene.js';
import { KafkaBroker } from './kafka-broker.js';

/** Broker objects whose connections can be held. The cluster has one node, or the first is the one that is held. */
function brokersOf(addresses: readonly string[]): BrokerUnderTest {
  const lines = new Map<Broker, HeldLine>();
  return {
    tooLarge: 2_000_000,
    open: async () => {
      const line = await HeldLine.to(addresses[0] ?? '');
      const broker = new KafkaBroker({ brokers: addresses, clientId: 'contract', socketFactory: ({ onConnect }) => line.open(onConnect) });
      lines.set(broker, line);
      return broker;
    },
    freeze: (broker) => {
      lines.get(broker)?.hold();
      return () => lines.get(broker)?.release();
    },
    close: async () => {
      for (const line of lines.values()) line.close();
    },
  };
}

withKafka('the contract of brokers on Apache Kafka', (addresses) => {
  brokerContract('Kafka', () => brokersOf(addresses));

  it('leaves no connection open behind its close, though many calls began at once', async () => {
    const [host = '', port = ''] = (addresses[0] ?? '').split(':');
    const open = new Set<Socket>();
    const socketFactory = ({ onConnect }: { readonly onConnect: () => void }): Socket => {
      const socket = connect({ host, port: Number(port) }, onConnect);
      open.add(socket);
      return socket.once('close', () => void open.delete(socket));
    };
    const broker = new KafkaBroker({ brokers: addresses, clientId: 'sockets', socketFactory });
    const channel = `sockets-${randomUUID()}`;
    const message = { channel, key: 'one', headers: {}, body: Buffer.from('{}') };
    const listener = {
      assigned: async () => ({ from: 'beginning' as const }),
      messages: async () => undefined,
      revoked: async () => undefined,
    };
    await Promise.all(Array.from({ length: 8 }, () => broker.ensureChannels([{ name: channel, partitions: 6 }])));
    const members = ['a', 'b', 'c'].map((member) => broker.join({ group: channel, member, channels: [channel], listener } as never));
    await Promise.all([...members, ...Array.from({ length: 20 }, () => broker.publish([message]))]);
    await until(async () => (await broker.lag(channel, [channel])).length > 0, 'the members');
    expect(open.size).toBeGreaterThan(0);
    await broker.close();
    await until(() => open.size === 0, 'the connections to close');
  });
});
