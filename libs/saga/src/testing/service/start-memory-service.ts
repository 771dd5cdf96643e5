import {
  type Clock,
  type Command,
  type CommandResult,
  type MessageClass,
  messageMetadataOf,
  type MessageMetadata,
  type UnitOfWork,
} from '@minos/common';
import type { AggregateClass, AggregateRepository, AggregateRoot } from '@minos/event-sourcing';
import { channelsOf, commandBinding, ConsumerPipeline, type ConsumerPipelineOptions, eventBinding, OutboxRelay } from '@minos/messaging';
import type { Broker, MessageContext, MessageHandler } from '@minos/messaging/contracts';
import { messagesOf } from '../../definition/plan-messages.js';
import { answerHandlers } from '../../engine/answer-handlers.js';
import type { KnownSaga } from '../../engine/carried-sagas.js';
import type { MortalProcess } from '../crash/mortal-process.js';
import { carriedOf, type GivenSaga } from './carried.js';
import { LapsingLeases } from './lapsing-leases.js';
import type { MemoryService } from './memory-service.js';
import { type ServiceParts, serviceParts } from './saga-parts.js';

/** A command with what handles it. */
export interface HandledCommand {
  readonly command: MessageClass<object>;
  readonly execute: (command: never) => unknown;
}

/** A handler of a service in memory: `handles(ConfirmOrder, new ConfirmOrderHandler(repository(Order)))`. */
export function handles<C extends Command<unknown>>(
  command: MessageClass<C>,
  handler: { readonly execute: (command: C) => Promise<CommandResult<C>> | CommandResult<C> },
): HandledCommand {
  return { command, execute: (given: C) => handler.execute(given) };
}

/** What handlers of a service in memory are made of. */
export interface HandlerGround {
  readonly unitOfWork: UnitOfWork;
  /** Of the process. */
  readonly clock: Clock;
  /** Of the database of the service; one for each aggregate. */
  readonly repository: <A extends AggregateRoot>(type: AggregateClass<A>) => AggregateRepository<A>;
}

export interface MemoryServiceParts {
  /** @default none */
  readonly sagas?: readonly GivenSaga[];
  /** @default none */
  readonly commands?: (ground: HandlerGround) => readonly HandledCommand[];
  /** How long what a dead process holds is left to it, in milliseconds. @default 500 */
  readonly leaseMs?: number;
}

/** Resolves when the process runs; what it does from then on passes the crash points of its ports. */
export async function startMemoryService(process: MortalProcess, storage: MemoryService, parts: MemoryServiceParts): Promise<void> {
  const running = new ServiceProcess(process, storage, parts);
  await running.start();
}

class ServiceProcess {
  private readonly unitOfWork: UnitOfWork;
  private readonly broker: Broker;
  private readonly relay: OutboxRelay;
  private readonly engine: ServiceParts;
  private readonly sagas: readonly KnownSaga[];
  private readonly handlers: ReadonlyMap<string, { readonly metadata: MessageMetadata; readonly execute: (command: object) => unknown }>;
  private readonly leaseMs: number;

  constructor(
    private readonly process: MortalProcess,
    private readonly storage: MemoryService,
    { sagas = [], commands = () => [], leaseMs = 500 }: MemoryServiceParts,
  ) {
    const { name, registry } = storage;
    this.leaseMs = leaseMs;
    this.sagas = carriedOf(sagas, name);
    registry.register(...this.sagas.flatMap(({ plan }) => messagesOf(plan)));
    this.unitOfWork = process.unitOfWork(storage.committer);
    this.broker = process.broker(storage.options.log);
    this.relay = this.makeRelay();
    this.engine = this.makeEngine();
    this.handlers = this.handlersOf(commands(this.ground()));
  }

  async start(): Promise<void> {
    const { commands, sagas } = channelsOf(this.storage.name);
    this.relay.start();
    if (this.handlers.size > 0) this.consume(commands, commands, 'command', this.commandHandlers());
    if (this.sagas.length === 0) return;
    this.consume(
      sagas,
      sagas,
      'event',
      answerHandlers(this.engine.engine, () => undefined),
    );
    for (const saga of this.sagas) this.consumeStarts(saga);
    this.engine.runner.start();
  }

  private makeRelay(): OutboxRelay {
    const { process, storage, broker } = this;
    const store = process.port(storage.outbox, 'messaging.outbox-');
    const lapsing = new LapsingLeases(storage.leases);
    process.onDeath(() => void lapsing.lapse(storage.options.clock));
    const leases = process.port(lapsing, 'leases.', ['fence', 'lapse']);
    const holder = `${process.name}:${process.life}`;
    const ports = { store, broker, leases, clock: process.clock, crashPoints: process.points };
    return new OutboxRelay(ports, { holder, lease: '3s', poll: { first: '100ms', longest: '1s' } });
  }

  private makeEngine(): ServiceParts {
    const { process, storage, sagas, unitOfWork, leaseMs } = this;
    return serviceParts({
      ...{ service: storage.name, sagas, unitOfWork, registry: storage.registry, clock: process.clock, newId: process.newId },
      store: process.port(storage.sagas, 'saga.'),
      onStored: (slot) => this.relay.hint(slot),
      execute: async (command) => this.handlers.get(storage.registry.of(command).name)?.execute(command),
      runner: { poll: '500ms', lease: `${leaseMs}ms` },
    });
  }

  private ground(): HandlerGround {
    const { unitOfWork, storage } = this;
    const made = new Map<unknown, unknown>();
    const repository: HandlerGround['repository'] = <A extends AggregateRoot>(type: AggregateClass<A>) => {
      if (!made.has(type)) made.set(type, storage.repositoryIn(this.process, type, unitOfWork));
      return made.get(type) as AggregateRepository<A>;
    };
    return { unitOfWork, repository, clock: this.process.clock };
  }

  private handlersOf(given: readonly HandledCommand[]) {
    const { registry } = this.storage;
    return new Map(
      given.map(({ command, execute }) => {
        registry.register(command);
        const metadata = messageMetadataOf(command) as MessageMetadata;
        return [metadata.name, { metadata, execute: (one: object) => execute(one as never) }] as const;
      }),
    );
  }

  private commandHandlers(): ReadonlyMap<string, MessageHandler> {
    const { outbox } = this.engine;
    const { clock } = this.process;
    return new Map(
      [...this.handlers].map(([name, { metadata, execute }]) => [
        name,
        commandBinding(metadata, outbox, execute, { clock }) as MessageHandler,
      ]),
    );
  }

  private consumeStarts(saga: KnownSaga): void {
    const starts = saga.plan.starts.filter(({ kind }) => kind === 'event');
    const bound = starts.map((start) => {
      const metadata = messageMetadataOf(start.message) as MessageMetadata;
      const work = (message: object, { unit, envelope: { source, id } }: MessageContext): Promise<string | undefined> =>
        this.engine.starts.beginBy(unit, { saga, start, message, messageId: `${source} ${id}` });
      return [metadata.name, eventBinding(metadata, work)] as const;
    });
    if (bound.length > 0) this.consume(`saga.${saga.name}`, channelsOf(this.storage.name).events, 'event', new Map(bound));
  }

  private consume(consumer: string, channel: string, kind: 'event' | 'command', handlers: ConsumerPipelineOptions['handlers']): void {
    const { process, storage, broker, unitOfWork, leaseMs } = this;
    const inbox = process.port(storage.inbox, 'messaging.inbox-');
    const suspects = process.port(storage.suspects, 'messaging.suspects-');
    const parked = process.port(storage.parked, 'messaging.parked-');
    const pipeline = new ConsumerPipeline(
      { consumer, channels: [{ name: channel, kind }], handlers, member: `${process.name}:${process.life}`, session: `${leaseMs}ms` },
      { broker, inbox, suspects, parked, unitOfWork, clock: process.clock },
    );
    pipeline.start();
  }
}
