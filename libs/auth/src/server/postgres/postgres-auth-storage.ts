import type { Database } from '@minos/postgres';
import type { AuthStorage } from '../contracts/storage.js';
import { PostgresAccountChanges } from './postgres-account-changes.js';
import { PostgresAccountStore } from './postgres-account-store.js';
import { PostgresAuditLog } from './postgres-audit-log.js';
import { PostgresMessageKeyStore } from './postgres-message-key-store.js';
import { PostgresRevocationLog } from './postgres-revocation-log.js';
import { PostgresRoleStore } from './postgres-role-store.js';
import { PostgresSessionStore } from './postgres-session-store.js';
import { PostgresSigningKeyStore } from './postgres-signing-key-store.js';
import { PostgresThrottleStore } from './postgres-throttle-store.js';

/** All stores on one database, which has the migrations of this package. */
export function postgresAuthStorage(database: Database): AuthStorage {
  return {
    accounts: new PostgresAccountStore(database),
    changes: new PostgresAccountChanges(database),
    roles: new PostgresRoleStore(database),
    sessions: new PostgresSessionStore(database),
    keys: new PostgresSigningKeyStore(database),
    messageKeys: new PostgresMessageKeyStore(database),
    revocations: new PostgresRevocationLog(database),
    throttle: new PostgresThrottleStore(database),
    audit: new PostgresAuditLog(database),
  };
}
