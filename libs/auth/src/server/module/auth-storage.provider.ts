import { CLOCK, type Clock, SystemClock } from '@minos/common';
import { type Database, DATABASE, MIGRATION_MODE, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { InjectionToken, OptionalFactoryDependency, Provider } from '@nestjs/common';
import type { AuthStorage } from '../contracts/storage.js';
import { memoryAuthStorage } from '../memory/memory-auth-storage.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { postgresAuthStorage } from '../postgres/postgres-auth-storage.js';
import { AUTH_STORAGE } from './tokens.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

/** On the database of the application; in memory where it has none. */
async function openAuthStorage(
  database: Database | undefined,
  migrations: MigrationMode = 'off',
  clock: Clock = new SystemClock(),
): Promise<AuthStorage> {
  if (database === undefined) return memoryAuthStorage(clock);
  await prepareSchema(database, migrations, [MIGRATIONS]);
  return postgresAuthStorage(database);
}

export const AUTH_STORAGE_PROVIDER: Provider = {
  provide: AUTH_STORAGE,
  useFactory: openAuthStorage,
  inject: [DATABASE, MIGRATION_MODE, CLOCK].map(optional),
};
