import { until } from '@minos/common/testing';
import { HeldLine, withKafka } from '../../../../tools/testing/real-kafka.js';
import { event } from '../consumer/consumer-kit.js';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { Broker } from '../contracts/broker.js';
import { KafkaBroker } from '../kafka/kafka-broker.js';
import { testingLog } from '../postgres/broker/broker-log-kit.js';
import { openTestingDatabase } from '../postgres/inbox-kit.js';
import { unique } from '../testing/broker-scene.js';
import { report } from './fault-report.js';

/** What a health probe has to go by. */
function progresses({ member, partitions }: ConsumerStatus): boolean {
  return member?.state === 'active' && member.silentMs < 5_000 && partitions.every(({ unmovedMs }) => unmovedMs < 5_000);
}

/** A consumer whose line to the broker falls silent, without any end of a connection, while messages come. How long its status does not show it. */
async function silentLine(cut: Broker, line: HeldLine, direct: Broker): Promise<number> {
  const channel = unique('silent');
  await direct.ensureChannels([{ name: channel, partitions: 2 }]);
  const stores = await openTestingDatabase();
  let handled = 0;
  const handlers = new Map([['order.placed', { handle: () => void (handled += 1) }]]);
  const consumer = new ConsumerPipeline({ consumer: channel, channels: [{ name: channel }], handlers }, { ...stores, broker: cut });
  consumer.start();
  try {
    await direct.publish([event({ channel })]);
    await until(() => handled === 1 && progresses(consumer.status()), 'the consumer to work');
    line.hold();
    const begun = performance.now();
    await direct.publish([event({ channel })]);
    await until(() => !progresses(consumer.status()), 'the status to show it', 15_000);
    const shownMs = Math.round(performance.now() - begun);
    expect(handled).toBe(1);
    line.release();
    await until(() => handled === 2 && progresses(consumer.status()), 'the consumer to work again');
    return shownMs;
  } finally {
    line.release();
    await consumer.stop();
    await stores.close();
  }
}

describe('a consumer whose connection is dead without having ended', () => {
  it('shows it within 15 s, and goes on when it can: PostgreSQL', async () => {
    const log = await testingLog();
    const { host } = new URL(log.url);
    const line = await HeldLine.to(host);
    const url = new URL(log.url);
    url.host = line.address;
    try {
      const shownMs = await silentLine(log.broker({ url: url.href }), line, log.broker());
      report('a silent line to PostgreSQL', { shownMs });
    } finally {
      line.close();
      await log.close();
    }
  });

  withKafka('a silent line to Apache Kafka', (brokers) => {
    it('shows it within 15 s, and goes on when it can: Apache Kafka', async () => {
      const line = await HeldLine.to(brokers[0] ?? '');
      const direct = new KafkaBroker({ brokers: [...brokers] });
      const cut = new KafkaBroker({ brokers: [...brokers], socketFactory: ({ onConnect }) => line.open(onConnect) });
      try {
        report('a silent line to Apache Kafka', { shownMs: await silentLine(cut, line, direct) });
      } finally {
        line.close();
        await cut.close();
        await direct.close();
      }
    });
  });
});
