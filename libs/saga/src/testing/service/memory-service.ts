import {
  createEnvelope,
  encodeMessage,
  MemoryCommitter,
  MemoryLeases,
  messageMetadataOf,
  MessageRegistry,
  toHeaders,
  UnitOfWorkEngine,
} from '@minos/common';
import type { Clock, UnitOfWork } from '@minos/common';
import {
  AggregateRepository,
  type AggregateClass,
  type AggregateRoot,
  EventSerializer,
  MemoryEventFeed,
  MemoryEventLog,
  MemoryEventStore,
  memoryEventWriters,
  streamName,
} from '@minos/event-sourcing';
import {
  channelsOf,
  MemoryBroker,
  MemoryInboxStore,
  MemoryOutboxStore,
  MemoryParkedStore,
  MemorySuspectStore,
  type MemoryLog,
} from '@minos/messaging';
import { MemorySagaStore } from '../../memory/memory-saga-store.js';
import type { MortalProcess } from '../crash/mortal-process.js';

export interface MemoryServiceOptions {
  /** Durable name of the service. */
  readonly name: string;
  readonly clock: Clock;
  /** The broker that services share. */
  readonly log: MemoryLog;
  readonly newId: () => string;
  /** Says when nobody needs it any more. @default never */
  readonly onEnd?: (listener: () => void) => void;
}

/** The database of a service, in memory: what survives its processes. Tests look into it, and put into it what has happened before. */
export class MemoryService {
  readonly sagas: MemorySagaStore;
  readonly outbox: MemoryOutboxStore;
  readonly inbox: MemoryInboxStore;
  readonly suspects: MemorySuspectStore;
  readonly parked: MemoryParkedStore;
  readonly leases: MemoryLeases;
  readonly events: MemoryEventLog;
  readonly registry = new MessageRegistry();
  readonly serializer = new EventSerializer({ registry: this.registry });
  readonly committer: MemoryCommitter;
  private readonly unitOfWork: UnitOfWork;

  constructor(readonly options: MemoryServiceOptions) {
    const { clock, newId, log, name } = options;
    this.leases = new MemoryLeases(clock);
    this.outbox = new MemoryOutboxStore(clock, this.leases);
    this.inbox = new MemoryInboxStore(clock);
    this.suspects = new MemorySuspectStore(this.inbox);
    this.parked = new MemoryParkedStore(clock);
    this.events = new MemoryEventLog(clock);
    const { leases, outbox, inbox, suspects, parked, events } = this;
    this.committer = new MemoryCommitter([
      ...[leases, outbox, suspects.writer, ...inbox.writers],
      ...[...parked.writers, ...memoryEventWriters(events)],
    ]);
    this.sagas = new MemorySagaStore(clock, this.committer);
    const unitOfWork = new UnitOfWorkEngine({ committer: this.committer, clock, newId });
    options.onEnd?.(() => unitOfWork.dispose());
    this.unitOfWork = unitOfWork;
    const { commands, sagas, events: told } = channelsOf(name);
    log.ensureChannels([commands, sagas, told].map((channel) => ({ name: channel, partitions: 1 })));
  }

  get name(): string {
    return this.options.name;
  }

  /** For reading, and for what no process does: what is changed through it is stored at once and passes no crash point. */
  repository<A extends AggregateRoot>(type: AggregateClass<A>): AggregateRepository<A> {
    const { unitOfWork, serializer, options } = this;
    const store = new MemoryEventStore(this.events, unitOfWork);
    return new AggregateRepository(type, { store, unitOfWork, serializer, clock: options.clock, cacheSize: 0 });
  }

  /** Of one of its processes. */
  repositoryIn<A extends AggregateRoot>(process: MortalProcess, type: AggregateClass<A>, unitOfWork: UnitOfWork): AggregateRepository<A> {
    const store = process.port(new MemoryEventStore(this.events, unitOfWork), 'event-sourcing.');
    return new AggregateRepository(type, { store, unitOfWork, serializer: this.serializer, clock: process.clock });
  }

  /** Events that have happened to one aggregate. */
  async given(type: AggregateClass, id: string, ...events: readonly object[]): Promise<void> {
    const { name } = this.repository(type).definition;
    const stored = events.map((event) => this.serializer.serialize(event, {}));
    await new MemoryEventStore(this.events, this.unitOfWork).append(streamName(name, id), stored, { expectedVersion: 'any' });
  }

  /** Publishes an event of this service, as its relay does. */
  async tell(event: object, key: string): Promise<void> {
    const { name: source, options } = this;
    const { name: type = event.constructor.name, version: schemaversion = 1 } = messageMetadataOf(event.constructor) ?? {};
    const data = encodeMessage(event);
    const time = new Date(options.clock.now()).toISOString();
    const envelope = createEnvelope({ id: options.newId(), source, type, time, schemaversion, data });
    const message = { channel: channelsOf(source).events, key, headers: toHeaders(envelope), body: Buffer.from(JSON.stringify(data)) };
    await new MemoryBroker({ log: options.log }).publish([message]);
  }

  /** All events that are stored, in the order of their commits: `<stream> <event> <data>`. What was done twice is there twice. */
  async stored(): Promise<readonly string[]> {
    const feed = new MemoryEventFeed(this.events);
    const { events } = await feed.read(feed.beginning, { limit: Number.MAX_SAFE_INTEGER });
    return events.map(({ stream, type, data }) => `${stream} ${type} ${JSON.stringify(data)}`);
  }
}
