import { CLOCK, type Clock, CRASH_POINTS, type CrashPoints, SystemClock, UNIT_COMMITTER, type UnitCommitter } from '@minos/common';
import { CHANGE_WRITERS, type ChangeWriterRegistry, type Database, DATABASE, MIGRATION_MODE, type MigrationMode } from '@minos/postgres';
import type { InjectionToken, OptionalFactoryDependency, Provider } from '@nestjs/common';
import { openSagaStore } from './saga-storage.js';
import { SAGA_STORE } from './tokens.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type Parts = [
  committer: UnitCommitter | undefined,
  database: Database | undefined,
  writers: ChangeWriterRegistry | undefined,
  migrations: MigrationMode | undefined,
  crashPoints: CrashPoints | undefined,
  clock: Clock | undefined,
];

export const SAGA_STORE_PROVIDER: Provider = {
  provide: SAGA_STORE,
  useFactory: (...[committer, database, writers, migrations, crashPoints, clock = new SystemClock()]: Parts) =>
    openSagaStore({ committer, database, writers, migrations, crashPoints, clock }),
  inject: [UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, CRASH_POINTS, CLOCK].map(optional),
};
