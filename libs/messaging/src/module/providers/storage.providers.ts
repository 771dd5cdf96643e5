import { CLOCK, LEASES, MESSAGE_REGISTRY, MessageRegistry, UNIT_COMMITTER, UNIT_OF_WORK } from '@minos/common';
import { CHANGE_WRITERS, DATABASE, MIGRATION_MODE } from '@minos/postgres';
import type { Provider } from '@nestjs/common';
import { MESSAGING_OPTIONS } from '../messaging.module-definition.js';
import { type MessagingModuleOptions, type MessagingSettings, resolveMessagingOptions } from '../messaging.options.js';
import { type MessagingStorageParts, openMessagingStorage } from '../messaging-storage.js';
import { KNOWN_MESSAGES, MESSAGING_SETTINGS, MESSAGING_STORAGE } from '../tokens.js';
import { clockOr, optional } from './optional.js';

type PartsInOrder = [
  committer: MessagingStorageParts['committer'],
  unitOfWork: MessagingStorageParts['unitOfWork'],
  database: MessagingStorageParts['database'],
  writers: MessagingStorageParts['writers'],
  migrations: MessagingStorageParts['migrations'],
  leases: MessagingStorageParts['leases'],
  clock: MessagingStorageParts['clock'] | undefined,
];

/** The settings, what is kept about messages, and the messages that are known. */
export const STORAGE_PROVIDERS: Provider[] = [
  {
    provide: MESSAGING_SETTINGS,
    useFactory: (options: MessagingModuleOptions) => resolveMessagingOptions(options),
    inject: [MESSAGING_OPTIONS],
  },
  {
    provide: MESSAGING_STORAGE,
    useFactory: (...[committer, unitOfWork, database, writers, migrations, leases, clock]: PartsInOrder) =>
      openMessagingStorage({ committer, unitOfWork, database, writers, migrations, leases, clock: clockOr(clock) }),
    inject: [UNIT_COMMITTER, UNIT_OF_WORK, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, LEASES, CLOCK].map(optional),
  },
  {
    provide: KNOWN_MESSAGES,
    useFactory: ({ messages }: MessagingSettings, registry?: MessageRegistry) => (registry ?? new MessageRegistry()).register(...messages),
    inject: [MESSAGING_SETTINGS, optional(MESSAGE_REGISTRY)],
  },
];
