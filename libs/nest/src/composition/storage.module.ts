import { CLOCK, IDEMPOTENCY_STORE, LEASES, SystemClock, UNIT_COMMITTER, UNIT_OF_WORK } from '@minos/common';
import { CHANGE_WRITERS, COMMIT_HINTS, DATABASE, MIGRATION_MODE } from '@minos/postgres';
import { DatabaseProbe } from '@minos/postgres/module';
import { Global, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { RESOLVED_OPTIONS, SERVICE_STORAGE } from '../tokens.js';
import { openStorage, type ServiceStorage } from './service-storage.js';

const part = (provide: symbol, pick: (storage: ServiceStorage) => unknown): Provider => ({
  provide,
  useFactory: pick,
  inject: [SERVICE_STORAGE],
});

/** The storage of the service under the tokens that the libraries ask for. */
@Global()
@Module({
  providers: [
    { provide: SERVICE_STORAGE, useFactory: openStorage, inject: [RESOLVED_OPTIONS] },
    { provide: CLOCK, useClass: SystemClock },
    part(UNIT_COMMITTER, (storage) => storage.committer),
    part(UNIT_OF_WORK, (storage) => storage.unitOfWork),
    part(IDEMPOTENCY_STORE, (storage) => storage.idempotency),
    part(LEASES, (storage) => storage.leases),
    part(DATABASE, (storage) => storage.database),
    part(CHANGE_WRITERS, (storage) => storage.writers),
    part(COMMIT_HINTS, (storage) => storage.hints),
    part(MIGRATION_MODE, (storage) => storage.migrations),
    DatabaseProbe,
  ],
  exports: [
    SERVICE_STORAGE,
    CLOCK,
    UNIT_COMMITTER,
    UNIT_OF_WORK,
    IDEMPOTENCY_STORE,
    LEASES,
    DATABASE,
    CHANGE_WRITERS,
    COMMIT_HINTS,
    MIGRATION_MODE,
  ],
})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(SERVICE_STORAGE) private readonly storage: ServiceStorage) {}

  /** The last hook of all: requests have ended and everything that used the database has stopped. */
  onApplicationShutdown(): Promise<void> {
    return this.storage.close();
  }
}
