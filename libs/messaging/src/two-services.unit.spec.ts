import {
  Command,
  MemoryCommitter,
  MemoryLeases,
  MessageRegistry,
  Rejection,
  SystemClock,
  UnitOfWorkEngine,
  uuidv7,
  type Change,
  type MemoryChangeWriter,
  type UnitOfWork,
} from '@minos/common';
import { until } from '@minos/common/testing';
import { ConsumerPipeline } from './consumer/consumer-pipeline.js';
import type { ConsumerChannel } from './consumer/consumer.options.js';
import type { Broker } from './contracts/broker.js';
import type { MessageHandler } from './contracts/message-handler.js';
import type { Answer } from './handlers/answer-handler.decorator.js';
import { answerBindings, commandBinding } from './handlers/bindings.js';
import { MemoryBroker } from './memory/broker/memory-broker.js';
import { MemoryInboxStore } from './memory/memory-inbox-store.js';
import { MemoryOutboxStore } from './memory/memory-outbox-store.js';
import { MemoryParkedStore } from './memory/memory-parked-store.js';
import { MemorySuspectStore } from './memory/memory-suspect-store.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxRelay } from './relay/outbox-relay.js';
import { channelsOf } from './send/channels.js';
import { Messages } from './send/messages.js';
import { FaultyBroker } from './testing/faulty-broker.js';

@Command('stock.reserve', { owner: 'product', key: 'orderId' })
class ReserveStock extends Command<{ total: number }, 'stock.insufficient'> {
  constructor(
    readonly orderId: string,
    readonly quantity: number,
  ) {
    super();
  }
}

const ORDERS = 100;
/** So many orders are small enough. */
const RESERVED = 60;
const MOST_ORDERS = 5_000;
const FAULTS = ['duplicate', 'drop', 'unavailable'] as const;
const registry = new MessageRegistry().register(ReserveStock);

interface Taken extends Change {
  readonly kind: 'test.taken';
  readonly text: string;
}

/** One service with a database of its own, in memory, its relay and one consumer. */
class Service {
  readonly clock = new SystemClock();
  readonly stored: string[] = [];
  readonly unitOfWork: UnitOfWork;
  readonly outbox: Outbox;
  readonly messages: Messages;
  private readonly relay: OutboxRelay;
  private readonly inbox = new MemoryInboxStore(this.clock);
  private readonly suspects = new MemorySuspectStore(this.inbox);
  private readonly parked = new MemoryParkedStore(this.clock);
  private consumer: ConsumerPipeline | undefined;

  constructor(
    readonly name: string,
    private readonly broker: Broker,
  ) {
    const leases = new MemoryLeases(this.clock);
    const store = new MemoryOutboxStore(this.clock, leases);
    const taken: MemoryChangeWriter<Taken> = {
      kind: 'test.taken',
      apply: ({ text }) => (this.stored.push(text), { result: undefined, undo: () => void this.stored.pop() }),
    };
    const committer = new MemoryCommitter([store, ...this.inbox.writers, this.suspects.writer, ...this.parked.writers, taken]);
    this.unitOfWork = new UnitOfWorkEngine({ committer, clock: this.clock, newId: uuidv7 });
    this.relay = new OutboxRelay({ store, broker, leases, clock: this.clock }, { retry: { first: 1, longest: 20 } });
    this.outbox = new Outbox({ source: name, clock: this.clock, onStored: (slot) => this.relay.hint(slot) });
    this.messages = new Messages({ service: name, outbox: this.outbox, unitOfWork: this.unitOfWork, registry });
  }

  store(text: string): Promise<unknown> {
    return this.unitOfWork.run((unit) => unit.enlist({ kind: 'test.taken', text } as Taken));
  }

  start(channel: ConsumerChannel, handlers: ReadonlyMap<string, MessageHandler>): void {
    const { broker, inbox, suspects, parked, unitOfWork, clock } = this;
    this.consumer = new ConsumerPipeline(
      { consumer: channel.name, channels: [channel], handlers, retry: { first: 1, longest: 5 } },
      { broker, inbox, suspects, parked, unitOfWork, clock },
    );
    this.consumer.start();
    this.relay.start();
  }

  async stop(): Promise<void> {
    await this.consumer?.stop();
    await this.relay.stop();
  }
}

it('two services: each command is handled once and each answer arrives once, over a broker that repeats, drops and is away', async () => {
  const memory = new MemoryBroker();
  const broker = new FaultyBroker(memory, { seed: 7, duplicate: 0.2, unavailable: 0.1, lostAnswer: 0.1, drop: 0.1 });
  const names = [channelsOf('order'), channelsOf('product')].flatMap(({ commands, answers }) => [commands, answers]);
  await memory.ensureChannels(names.map((name) => ({ name, partitions: 4 })));
  const order = new Service('order', broker);
  const product = new Service('product', broker);

  let faults = 10;
  const reserve = async (command: object): Promise<{ total: number }> => {
    const { orderId, quantity } = command as ReserveStock;
    if (faults-- > 0) throw new Error('the network of the handler is bad');
    if (quantity > 1) throw new Rejection('stock.insufficient', `${quantity} are not there`);
    await product.store(orderId);
    return { total: 5 };
  };
  product.start(
    { name: channelsOf('product').commands, kind: 'command' },
    new Map([['stock.reserve', commandBinding(registry.get('stock.reserve'), product.outbox, reserve)]]),
  );
  const onAnswer = (answer: Answer): Promise<unknown> =>
    order.store(`${answer.key} ${'result' in answer ? 'reserved' : answer.rejection.code}`);
  order.start({ name: channelsOf('order').answers, kind: 'command' }, answerBindings(new Map([['stock.reserve', onAnswer]])));

  await Promise.all(
    Array.from({ length: ORDERS }, (_, index) => order.messages.send(new ReserveStock(`o-${index}`, index < RESERVED ? 1 : 9))),
  );
  await until(() => order.stored.length >= ORDERS, 'an answer for every order');
  // How many calls that takes, and with them faults, is a matter of how fast the machine is.
  const struck = (): boolean => FAULTS.every((fault) => broker.faults()[fault] > 0);
  let orders = ORDERS;
  for (; !struck(); orders += 1) {
    if (orders === MOST_ORDERS) throw new Error(`A fault has not struck: ${JSON.stringify(broker.faults())}`);
    await order.messages.send(new ReserveStock(`o-${orders}`, 9));
    await until(() => order.stored.length > orders, 'one more answer');
  }
  await Promise.all([order.stop(), product.stop()]);

  expect(new Set(product.stored).size).toBe(product.stored.length);
  expect(product.stored.length).toBe(RESERVED);
  expect(new Set(order.stored.map((text) => text.split(' ')[0])).size).toBe(orders);
  expect(order.stored.length).toBe(orders);
  expect(order.stored.filter((text) => text.endsWith('reserved')).length).toBe(RESERVED);
  await memory.close();
});
