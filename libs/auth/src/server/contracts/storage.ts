import type { AccountChanges, AccountStore, RoleStore } from './accounts.js';
import type { AuditLog } from './audit-log.js';
import type { MessageKeyStore } from './message-keys.js';
import type { RevocationLog } from './revocations.js';
import type { SessionStore } from './sessions.js';
import type { SigningKeyStore } from './signing-keys.js';
import type { ThrottleStore } from './throttle.js';

/** All that the server keeps, in one place: changes of one port write to others in the same transaction. */
export interface AuthStorage {
  readonly accounts: AccountStore;
  readonly changes: AccountChanges;
  readonly roles: RoleStore;
  readonly sessions: SessionStore;
  readonly keys: SigningKeyStore;
  readonly messageKeys: MessageKeyStore;
  readonly revocations: RevocationLog;
  readonly throttle: ThrottleStore;
  readonly audit: AuditLog;
}
