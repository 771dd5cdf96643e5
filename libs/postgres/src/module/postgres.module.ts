import { CLOCK, IDEMPOTENCY_STORE, LEASES, SystemClock, UNIT_COMMITTER, UNIT_OF_WORK } from '@minos/common';
import { Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { DatabaseProbe } from './database.probe.js';
import { ConfigurableModuleClass, POSTGRES_OPTIONS } from './postgres.module-definition.js';
import { PostgresStorage } from '../storage/postgres-storage.js';
import type { PostgresStorageOptions } from '../storage/postgres-storage-options.js';
import { CHANGE_WRITERS, COMMIT_HINTS, DATABASE, MIGRATION_MODE } from '../tokens.js';

const part = (provide: symbol, pick: (storage: PostgresStorage) => unknown): Provider => ({
  provide,
  useFactory: pick,
  inject: [PostgresStorage],
});

const PARTS: Provider[] = [
  part(DATABASE, (storage) => storage.database),
  part(CHANGE_WRITERS, (storage) => storage.writers),
  part(COMMIT_HINTS, (storage) => storage),
  part(MIGRATION_MODE, (storage) => storage.migrations),
  part(UNIT_COMMITTER, (storage) => storage.committer),
  part(UNIT_OF_WORK, (storage) => storage.unitOfWork),
  part(LEASES, (storage) => storage.leases),
  part(IDEMPOTENCY_STORE, (storage) => storage.idempotency),
];

/**
 * Pool, unit of work, leases and idempotency keys on one PostgreSQL database, for applications that use single libraries of the suite. A whole
 * service imports `MinosModule` of `@minos/nest` instead, which brings the same tokens.
 */
@Module({
  providers: [
    { provide: CLOCK, useClass: SystemClock },
    {
      provide: PostgresStorage,
      useFactory: (options: PostgresStorageOptions) => PostgresStorage.open(options),
      inject: [POSTGRES_OPTIONS],
    },
    ...PARTS,
    DatabaseProbe,
  ],
  exports: [CLOCK, DATABASE, CHANGE_WRITERS, COMMIT_HINTS, MIGRATION_MODE, UNIT_COMMITTER, UNIT_OF_WORK, LEASES, IDEMPOTENCY_STORE],
})
export class PostgresModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(PostgresStorage) private readonly storage: PostgresStorage) {
    super();
  }

  /** The last hook: whoever used the database has stopped by now. */
  onApplicationShutdown(): Promise<void> {
    return this.storage.close();
  }
}
