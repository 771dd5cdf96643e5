import { Command, MessageRegistry, Rejection, type Change, type Clock, type Leases, type Unit, type UnitOfWork } from '@minos/common';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { ConsumerPipelineOptions } from '../consumer/consumer.options.js';
import type { Broker } from '../contracts/broker.js';
import type { InboxStore } from '../contracts/inbox-store.js';
import type { MessageContext } from '../contracts/message-handler.js';
import type { OutboxStore } from '../contracts/outbox-store.js';
import type { ParkedStore } from '../contracts/parked-store.js';
import type { SuspectStore } from '../contracts/suspect-store.js';
import { commandBinding } from '../handlers/bindings.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { channelsOf } from '../send/channels.js';
import { parkedAnswer } from './parked-answer.js';
import { Requests } from './requests.js';
import type { RequestsOptions } from './requests.options.js';

/** The commands of one service. */
export interface NamedCommands {
  readonly registry: MessageRegistry;
  readonly reserve: (orderId: string, quantity?: number) => Command<{ total: number }, 'stock.insufficient'>;
  /** Nobody handles it. */
  unheard(orderId: string): Command;
}

/** Over brokers that outlive a test the name of the service is another one in each run. */
export function namedCommands(owner: string): NamedCommands {
  @Command('stock.reserve', { owner, key: 'orderId' })
  class ReserveStock extends Command<{ total: number }, 'stock.insufficient'> {
    constructor(
      readonly orderId: string,
      readonly quantity = 1,
    ) {
      super();
    }
  }

  @Command('stock.unheard', { owner, key: 'orderId' })
  class Unheard extends Command<void> {
    constructor(readonly orderId: string) {
      super();
    }
  }

  return {
    registry: new MessageRegistry().register(ReserveStock, Unheard),
    reserve: (orderId, quantity) => new ReserveStock(orderId, quantity),
    unheard: (orderId) => new Unheard(orderId),
  };
}

/** An effect of a handler, stored with its unit. */
export interface Reserved extends Change {
  readonly kind: 'test.reserved';
  readonly text: string;
}

/** The database of a service. */
export interface ServiceStores {
  readonly unitOfWork: UnitOfWork;
  readonly inbox: InboxStore;
  readonly suspects: SuspectStore;
  readonly parked: ParkedStore;
  readonly store: OutboxStore;
  readonly leases: Leases;
  readonly clock: Clock;
}

export type Work = (command: { readonly orderId: string; readonly quantity: number }, context: MessageContext) => unknown;

export interface ServiceIdentity {
  readonly name: string;
  readonly registry: MessageRegistry;
  /** The service that owns the commands. */
  readonly owner: string;
}

/** What it answers says how often the handler has reserved something: a second effect would show. */
export function reserving(effects: (unit: Unit, orderId: string) => void): Work {
  let total = 0;
  return ({ orderId, quantity }, { unit }) => {
    if (quantity > 5) throw new Rejection('stock.insufficient', `${quantity} are not there`, { left: 5 });
    effects(unit, orderId);
    total += 1;
    return { total };
  };
}

/** One instance of a service that asks and handles, with its relay. */
export class RequestService {
  readonly outbox: Outbox;
  readonly relay: OutboxRelay;
  readonly requests: Requests;
  private consumer: ConsumerPipeline | undefined;

  constructor(
    private readonly identity: ServiceIdentity,
    private readonly broker: Broker,
    readonly stores: ServiceStores,
    options: Partial<RequestsOptions> = {},
  ) {
    const { store, leases, clock, unitOfWork } = stores;
    const { name, registry } = identity;
    this.relay = new OutboxRelay({ store, broker, leases, clock });
    this.outbox = new Outbox({ source: name, clock, onStored: (slot) => this.relay.hint(slot) });
    const ports = { broker, outbox: this.outbox, unitOfWork, leases, registry, clock };
    this.requests = new Requests({ service: name, partitions: 4, ...options }, ports);
  }

  /** Makes the channels that it needs, and starts to ask. */
  async start(): Promise<void> {
    await this.broker.ensureChannels([{ name: channelsOf(this.identity.owner).commands, partitions: 4 }]);
    this.relay.start();
    this.requests.start();
  }

  /** Handles the commands of the service. */
  serve(work: Work, options: Partial<ConsumerPipelineOptions> = {}): ConsumerPipeline {
    const { broker, outbox, stores } = this;
    const { name, registry } = this.identity;
    const channel = channelsOf(name).commands;
    const handlers = new Map([
      ['stock.reserve', commandBinding(registry.get('stock.reserve'), outbox, work as never, { clock: stores.clock })],
    ]);
    const parking = { answer: parkedAnswer(outbox, channel) };
    this.consumer = new ConsumerPipeline(
      { consumer: channel, channels: [{ name: channel, kind: 'command' }], handlers, parking, ...options },
      { ...stores, broker },
    );
    this.consumer.start();
    return this.consumer;
  }

  /** How many messages were answered with a no. */
  get rejected(): number {
    return this.consumer?.status().counts.rejected ?? 0;
  }

  /** Hands its partitions to whoever comes next, as a process does that is told to end. */
  async stopServing(): Promise<void> {
    await this.consumer?.stop();
  }

  async stop(): Promise<void> {
    await this.requests.close();
    await this.consumer?.stop();
    await this.relay.stop();
  }
}
