import {
  CLOCK,
  type Clock,
  CRASH_POINTS,
  type CrashPoints,
  MemoryCommitter,
  SystemClock,
  UNIT_COMMITTER,
  type UnitCommitter,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '@minos/common';
import { MemoryScheduleStore, ScheduleRunner } from '@minos/messaging';
import { MESSAGING_SETTINGS, MESSAGING_STORAGE, type MessagingSettings, type MessagingStorage } from '@minos/messaging/module';
import {
  CHANGE_WRITERS,
  type ChangeWriterRegistry,
  DATABASE,
  type Database,
  MIGRATION_MODE,
  type MigrationMode,
  prepareSchema,
} from '@minos/postgres';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type InjectionToken,
  Logger,
  type OnApplicationBootstrap,
  Optional,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common';
import type { ResourceStore } from '../contracts/resource-store.js';
import { MemoryResourceStore } from '../memory/memory-resource-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresResourceStore } from '../postgres/resources/postgres-resource-store.js';
import { ResourceWriter } from '../postgres/resources/resource.writer.js';
import { ResourceKeeper } from '../resources/resource-keeper.js';
import { Resources } from '../resources/resources.js';
import { RESOURCE_STORE } from './tokens.js';

/** Missing where there is no store. */
const RESOURCE_KEEPER = Symbol.for('@minos/saga/resource-keeper');

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type StorageParts = [
  messages: MessagingStorage | undefined,
  committer: UnitCommitter | undefined,
  database: Database | undefined,
  writers: ChangeWriterRegistry | undefined,
  migrations: MigrationMode | undefined,
  crashPoints: CrashPoints | undefined,
  clock: Clock | undefined,
];

/** Chooses by what is there: a database, or a committer in memory; nothing without messaging, which keeps the answers back. */
async function openStore(
  ...[messages, committer, database, writers, migrations, crashPoints, clock]: StorageParts
): Promise<ResourceStore | undefined> {
  if (messages === undefined) return undefined;
  if (database !== undefined && writers !== undefined) {
    await prepareSchema(database, migrations ?? 'off', [MIGRATIONS]);
    writers.register(new ResourceWriter());
    return new PostgresResourceStore(database, crashPoints);
  }
  const { schedules } = messages;
  if (!(committer instanceof MemoryCommitter) || !(schedules instanceof MemoryScheduleStore)) return undefined;
  return new MemoryResourceStore(clock ?? new SystemClock(), committer, schedules);
}

type KeeperParts = [
  store: ResourceStore | undefined,
  settings: MessagingSettings | undefined,
  schedules: ScheduleRunner | undefined,
  clock: Clock | undefined,
];

function makeKeeper(...[store, settings, schedules, clock = new SystemClock()]: KeeperParts): ResourceKeeper | undefined {
  if (store === undefined) return undefined;
  const logger = new Logger('Resources');
  const onTrouble = (error: unknown): void => logger.warn(`Looking for leases that are over failed and is tried again: ${String(error)}`);
  const retention = settings?.inbox?.retention;
  return new ResourceKeeper({ store, clock, onGranted: () => schedules?.hint(), onTrouble }, retention === undefined ? {} : { retention });
}

type ResourcesParts = [
  store: ResourceStore | undefined,
  unitOfWork: UnitOfWork | undefined,
  keeper: ResourceKeeper | undefined,
  schedules: ScheduleRunner | undefined,
];

function makeResources(...[store, unitOfWork, keeper, schedules]: ResourcesParts): Resources {
  if (store === undefined || unitOfWork === undefined) return new Resources();
  const onChange = (what: 'granted' | 'waiting'): void => {
    schedules?.hint();
    if (what === 'waiting') keeper?.hint();
  };
  return new Resources({ store, unitOfWork, onChange });
}

/** Lets the keeper run where messages are handled. */
@Injectable()
class ResourceRuntime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Optional() @Inject(RESOURCE_KEEPER) private readonly keeper?: ResourceKeeper,
    @Optional() @Inject(MESSAGING_SETTINGS) private readonly settings?: MessagingSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings?.run !== false) this.keeper?.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper?.stop();
  }
}

export const RESOURCE_PROVIDERS: Provider[] = [
  {
    provide: RESOURCE_STORE,
    useFactory: openStore,
    inject: [MESSAGING_STORAGE, UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, CRASH_POINTS, CLOCK].map(optional),
  },
  {
    provide: RESOURCE_KEEPER,
    useFactory: makeKeeper,
    inject: [RESOURCE_STORE, MESSAGING_SETTINGS, ScheduleRunner, CLOCK].map(optional),
  },
  { provide: Resources, useFactory: makeResources, inject: [RESOURCE_STORE, UNIT_OF_WORK, RESOURCE_KEEPER, ScheduleRunner].map(optional) },
  ResourceRuntime,
];
