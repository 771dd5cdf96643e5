import { SystemClock } from '@minos/common';
import { Database } from '@minos/postgres';
import type { Broker, BrokerMessage, PublishOutcome } from '../contracts/broker.js';
import { KafkaBroker } from '../kafka/kafka-broker.js';
import { PostgresBroker } from '../postgres/broker/postgres-broker.js';
import type { BrokerPlace, RelayConfig } from './fault-config.js';

/** A broker as one process has it, with its pool. */
export function openBroker(place: BrokerPlace): { readonly broker: Broker; readonly close: () => Promise<void> } {
  const clock = new SystemClock();
  if (place.kind === 'kafka') {
    const broker = new KafkaBroker({ brokers: [...place.brokers], timeoutMs: 5_000, clock });
    return { broker, close: () => broker.close() };
  }
  const database = new Database({ connectionString: place.url, statementTimeoutMs: 5_000 });
  const broker = new PostgresBroker({ database, clock, connectionString: place.url, heartbeatMs: 300, tellMs: 100 });
  const close = async (): Promise<void> => {
    await broker.close();
    await database.close();
  };
  return { broker, close };
}

/** A broker's publishing with what a test wants done to it. */
export function troubled(broker: Broker, { times = 1, corrupts = false }: RelayConfig): Pick<Broker, 'publish'> {
  let corrupted = !corrupts;
  const spoilt = (message: BrokerMessage): BrokerMessage => {
    if (corrupted || message.key !== 'poison-json') return message;
    corrupted = true;
    return { ...message, body: Buffer.from('{"n":') };
  };
  return {
    publish: async (messages) => {
      let outcomes: readonly PublishOutcome[] = await broker.publish(messages.map(spoilt));
      for (let time = 1; time < times; time++) {
        const order = shuffledAcrossKeys(messages);
        const again = await broker.publish(order.map((index) => messages[index] as BrokerMessage));
        outcomes = messages.map((_, index) => again[order.indexOf(index)] as PublishOutcome);
      }
      return outcomes;
    },
  };
}

/** Indexes of the messages in an order that chance makes, but for each key. */
function shuffledAcrossKeys(messages: readonly BrokerMessage[]): number[] {
  const queues = new Map<string, number[]>();
  messages.forEach(({ channel, key }, index) => {
    const name = `${channel}/${key}`;
    queues.set(name, [...(queues.get(name) ?? []), index]);
  });
  const left = [...queues.values()];
  const order: number[] = [];
  while (left.length > 0) {
    const at = Math.floor(Math.random() * left.length);
    order.push(left[at]?.shift() as number);
    if (left[at]?.length === 0) left.splice(at, 1);
  }
  return order;
}
