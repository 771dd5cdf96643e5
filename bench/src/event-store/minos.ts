import { MessageRegistry, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import {
  AggregateRepository,
  CheckpointWriter,
  CommitHints,
  EventSerializer,
  MIGRATIONS as EVENT_MIGRATIONS,
  PostgresCheckpointStore,
  PostgresEventFeed,
  PostgresEventStore,
  PostgresSnapshotStore,
  StreamChangeWriter,
  Subscription,
  streamName,
} from '@minos/event-sourcing';
import type { AggregateRepositoryOptions, NewEvent, RecordedEvent } from '@minos/event-sourcing';
import { ChangeWriterRegistry, Database, GroupCommitter, MIGRATIONS, migrate } from '@minos/postgres';
import { BriefLedger, CommandLedger, LengthyLedger, PlainLedger } from './aggregates.js';
import { EVENT_DATA, EVENT_TYPE } from './sample-event.js';

export interface DelayOptions {
  readonly writers: number;
  /** Appends of each writer. */
  readonly perSecond: number;
  readonly seconds: number;
}

/** The suite's event store as a service has it: the defaults of every option, no container. */
export class Minos {
  private readonly plain: AggregateRepository<PlainLedger>;
  private readonly snapshotted: Readonly<Record<'brief' | 'lengthy', AggregateRepository<BriefLedger | LengthyLedger>>>;
  private readonly commands: AggregateRepository<CommandLedger>;
  private subscriptions = 0;

  private constructor(
    readonly url: string,
    private readonly parts: Parts,
  ) {
    const uncached = { ...parts.repository, cacheSize: 0 };
    this.plain = new AggregateRepository(PlainLedger, uncached);
    this.snapshotted = { brief: new AggregateRepository(BriefLedger, uncached), lengthy: new AggregateRepository(LengthyLedger, uncached) };
    this.commands = new AggregateRepository(CommandLedger, parts.repository);
  }

  /** On an empty database. */
  static async open(url: string): Promise<Minos> {
    const parts = openParts(url);
    await migrate(parts.database, [MIGRATIONS, EVENT_MIGRATIONS]);
    return new Minos(url, parts);
  }

  /** Appends so many events to a stream of its own. */
  async append(count: number): Promise<void> {
    await this.parts.store.append(streamName('order', uuidv7()), newEvents(count), { expectedVersion: 'no-stream' });
  }

  /** Runs `work` while a subscription that does nothing with its events follows the feed. */
  async whileSubscribed<T>(work: () => Promise<T>, onEvent: (event: RecordedEvent) => void = () => undefined): Promise<T> {
    const { feed, checkpoints, unitOfWork, clock } = this.parts;
    const handler = { each: (event: unknown) => onEvent(event as RecordedEvent) };
    const name = `bench-${this.subscriptions++}`;
    const subscription = new Subscription({ name, handler, from: 'now' }, { feed, checkpoints, unitOfWork, clock });
    subscription.start();
    try {
      await until(() => Promise.resolve(subscription.state === 'idle'));
      const result = await work();
      await until(async () => (await subscription.progress()).lagEvents === 0);
      return result;
    } finally {
      await subscription.close();
    }
  }

  async load(id: string): Promise<number> {
    return (await this.plain.load(id)).total;
  }

  /** One more event, with which the stream reaches the length of its first snapshot. */
  async takeSnapshot(category: 'brief' | 'lengthy', id: string): Promise<void> {
    await this.snapshotted[category].update(id, (ledger) => ledger.order());
    await until(async () => (await this.parts.snapshots.load(streamName(category, id), 1, '')) !== undefined);
  }

  async loadFromSnapshot(category: 'brief' | 'lengthy', id: string): Promise<number> {
    return (await this.snapshotted[category].load(id)).total;
  }

  async create(id: string): Promise<void> {
    await this.commands.create(id, (ledger) => ledger.order());
  }

  async command(id: string): Promise<void> {
    await this.commands.update(id, (ledger) => ledger.order());
  }

  /** Reads the feed from its beginning; throws unless it has so many events. */
  async readFeed(expected: number, limit: number): Promise<void> {
    const { feed } = this.parts;
    let after = feed.beginning;
    let read = 0;
    for (;;) {
      const page = await feed.read(after, { limit });
      read += page.events.length;
      after = page.covered;
      if (!page.more) break;
    }
    if (read !== expected) throw new Error(`the feed read ${read} of ${expected} events`);
  }

  /** Milliseconds from the acknowledged append to the subscription's handler, one per event. */
  async deliveryDelays({ writers, perSecond, seconds }: DelayOptions): Promise<number[]> {
    const committed = new Map<string, number>();
    const delivered = new Map<string, number>();
    const end = performance.now() + seconds * 1000;
    const write = async (): Promise<void> => {
      while (performance.now() < end) {
        const [event] = newEvents(1);
        if (event === undefined) return;
        await this.parts.store.append(streamName('order', uuidv7()), [event], { expectedVersion: 'no-stream' });
        committed.set(event.id, performance.now());
        await pause((1000 / perSecond) * (0.5 + Math.random()));
      }
    };
    await this.whileSubscribed(
      () => Promise.all(Array.from({ length: writers }, write)),
      (event) => delivered.set(event.id, performance.now()),
    );
    return [...committed].map(([id, at]) => Math.max(0, (delivered.get(id) ?? Number.POSITIVE_INFINITY) - at));
  }

  async close(): Promise<void> {
    await this.parts.feed.close();
    await this.parts.committer.close();
    await this.parts.database.close();
  }
}

type Parts = ReturnType<typeof openParts>;

function openParts(url: string) {
  const clock = new SystemClock();
  const hints = new CommitHints();
  const database = new Database({ connectionString: url });
  const writers = new ChangeWriterRegistry([new StreamChangeWriter(), new CheckpointWriter()]);
  const committer = new GroupCommitter({ database, writers, clock, onCommitted: () => hints.hint() });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const store = new PostgresEventStore({ database, unitOfWork });
  const snapshots = new PostgresSnapshotStore(database);
  const serializer = new EventSerializer({ registry: new MessageRegistry() });
  const repository: AggregateRepositoryOptions = { store, unitOfWork, serializer, snapshots };
  const feed = new PostgresEventFeed({ database, clock, hints: [hints] });
  const checkpoints = new PostgresCheckpointStore(database);
  return { clock, database, committer, unitOfWork, store, snapshots, repository, feed, checkpoints };
}

function newEvents(count: number): (NewEvent & { readonly id: string })[] {
  return Array.from({ length: count }, () => ({ id: uuidv7(), type: EVENT_TYPE, schemaVersion: 1, data: EVENT_DATA }));
}

const PATIENCE_MS = 30_000;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`the feed did not catch up within ${PATIENCE_MS} ms`);
    await pause(10);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
