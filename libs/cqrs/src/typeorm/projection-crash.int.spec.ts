import { type CrashPoints, MessageRegistry, SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import {
  CheckpointWriter,
  EventSerializer,
  MIGRATIONS as EVENT_MIGRATIONS,
  PostgresCheckpointStore,
  PostgresEventFeed,
  PostgresEventStore,
  StreamChangeWriter,
  streamName,
  Subscription,
} from '@minos/event-sourcing';
import { migrate, PostgresStorage } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresViewStore } from '../postgres/postgres-view-store.js';
import { ViewWriter } from '../postgres/view.writer.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { type ProjectionDefinition, projectionDefinition } from '../projection/projection-definition.js';
import { ProjectionHandler } from '../projection/projection-handler.js';
import { ParcelSent } from '../projection/projection-kit.js';
import { ProjectionResources } from '../projection/projection-resources.js';
import { PROJECTION_DATA_SOURCE } from './entity-manager-of.js';
import { CREATE_LOG, ParcelReport, ParcelReports } from './report-kit.js';

const EVENTS = 12;
const POINTS = [
  'event-sourcing.subscription-commit.before',
  'postgres.commit-pinned.before',
  'postgres.commit-pinned.after',
  'event-sourcing.subscription-commit.after',
];

/** Throws once at the armed point, as a process that ends there would leave everything; `look` sees what would stay. */
class OneCrash implements CrashPoints {
  armed: string | undefined;
  fired = 0;
  look: () => Promise<void> = async () => undefined;

  async reach(point: string): Promise<void> {
    if (point !== this.armed) return;
    this.armed = undefined;
    this.fired++;
    await this.look();
    throw new Error(`crashed at ${point}`);
  }
}

type MakeProjection = (dataSource: DataSource) => object;

async function openProcess(server: TestDatabase, make: MakeProjection) {
  const crash = new OneCrash();
  const storage = await PostgresStorage.open({ connectionString: server.url, crashPoints: crash });
  const { database, unitOfWork, writers } = storage;
  await migrate(database, [EVENT_MIGRATIONS, MIGRATIONS]);
  for (const writer of [new StreamChangeWriter(), new CheckpointWriter(), new ViewWriter()]) writers.register(writer);
  const dataSource = await new DataSource({ type: 'postgres', url: server.url, entities: [ParcelReport] }).initialize();
  const resources = new ProjectionResources();
  resources.lend(PROJECTION_DATA_SOURCE, dataSource);
  const definition = projectionDefinition(ParcelReports, []) as ProjectionDefinition;
  const store = new PostgresViewStore(database, unitOfWork);
  await store.prepare(definition.views.map(({ table, indexes }) => ({ name: table, owner: definition.subscription, indexes })));
  const handler = new ProjectionHandler({ definition }, make(dataSource) as Record<string, unknown>, store, resources);
  const serializer = new EventSerializer({ registry: new MessageRegistry().register(ParcelSent) });
  const clock = new SystemClock();
  const checkpoints = new PostgresCheckpointStore(database);
  const subscription = new Subscription(
    {
      name: definition.subscription,
      types: ['parcel.sent'],
      batchSize: 5,
      retry: { first: 5, longest: 20 },
      handler: { batch: (deliveries, context) => handler.batch(deliveries, context) },
    },
    {
      feed: new PostgresEventFeed({ database, clock }),
      unitOfWork,
      clock,
      checkpoints,
      crashPoints: crash,
      toMessages: (recorded) => serializer.deserialize(recorded),
    },
  );
  const events = new PostgresEventStore({ database, unitOfWork });
  const close = async (): Promise<void> => {
    await subscription.close();
    await dataSource.destroy();
    await storage.close();
  };
  return { crash, dataSource, definition, subscription, events, store, checkpoints, close };
}

type Process = Awaited<ReturnType<typeof openProcess>>;

const append = (process: Process, n: number): Promise<unknown> =>
  process.events.append(streamName('parcel', `p${n}`), [{ type: 'parcel.sent', schemaVersion: 1, data: { to: 'Ulm', weight: n } }], {
    expectedVersion: 'no-stream',
  });

/** What each of the ways of writing has, and how many events the checkpoint counts. */
async function stateOf({ dataSource, store, checkpoints, definition }: Process): Promise<readonly number[]> {
  const position = (await checkpoints.load(definition.subscription)) ?? '0';
  const counted = await dataSource.query<{ n: number }[]>('select count(*)::int as n from minos.events where position <= $1', [position]);
  const logged = await dataSource.query<{ n: number }[]>('select count(*)::int as n from parcel_log');
  const towns = await store.get('towns_v1', '', 'Ulm');
  return [
    counted[0]?.n ?? 0,
    await dataSource.manager.count(ParcelReport),
    logged[0]?.n ?? 0,
    await store.count('parcels_v1', ''),
    Number(towns?.['parcels'] ?? 0),
  ];
}

interface Outcome {
  readonly fired: number;
  readonly atCrash: readonly number[];
  readonly end: readonly number[];
}

/** Runs with one crash at the point; what others saw at the crash, and what is there at the end. */
async function crashAt(point: string, make: MakeProjection): Promise<Outcome> {
  const server = await createTestDatabase();
  const process = await openProcess(server, make);
  const { crash, dataSource, subscription } = process;
  try {
    await dataSource.query('create table parcel_report (id text primary key, town text not null, times int not null)');
    await dataSource.query(CREATE_LOG);
    for (let n = 0; n < EVENTS; n++) await append(process, n);
    let atCrash: readonly number[] = [];
    crash.look = async () => void (atCrash = await stateOf(process));
    crash.armed = point;
    subscription.start();
    await until(async () => (await stateOf(process))[0] === EVENTS, 'all events');
    return { fired: crash.fired, atCrash, end: await stateOf(process) };
  } finally {
    await process.close();
    await server.drop();
  }
}

describe('a crash between what a projection writes', () => {
  for (const point of POINTS) {
    it(`at ${point} leaves all of a batch or nothing, and nothing is done twice`, async () => {
      const { fired, atCrash, end } = await crashAt(point, () => new ParcelReports());
      expect(fired).toBe(1);
      expect(new Set(atCrash).size).toBe(1);
      expect(end).toEqual([EVENTS, EVENTS, EVENTS, EVENTS, EVENTS]);
    });
  }

  it('would be noticed: rows that are written past the unit stay, and come again', async () => {
    class Past extends ParcelReports {
      constructor(private readonly dataSource: DataSource) {
        super();
      }
      protected override async log({ recorded: { stream, version } }: ProjectionContext): Promise<void> {
        await this.dataSource.query('insert into parcel_log (id, version) values ($1, $2)', [stream, version]);
      }
    }
    const { fired, atCrash, end } = await crashAt('postgres.commit-pinned.before', (dataSource) => new Past(dataSource));
    expect(fired).toBe(1);
    expect(new Set(atCrash).size).toBeGreaterThan(1);
    expect(end[2]).toBeGreaterThan(EVENTS);
  });
});
