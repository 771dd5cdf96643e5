import type { Clock } from '@minos/common';
import type { AuthStorage } from '../contracts/storage.js';
import { MemoryAccountChanges, MemoryAuditLog, MemoryRoleStore } from './memory-account-changes.js';
import { MemoryAccountStore } from './memory-account-store.js';
import { MemoryAuthState } from './memory-auth-state.js';
import { MemoryMessageKeyStore } from './memory-message-key-store.js';
import { MemoryRevocationLog, MemorySessionStore } from './memory-session-store.js';
import { MemorySigningKeyStore } from './memory-signing-key-store.js';
import { MemoryThrottleStore } from './memory-throttle-store.js';

/** All stores in memory, for tests: what they hold is gone with the process. */
export function memoryAuthStorage(clock: Clock): AuthStorage {
  const state = new MemoryAuthState(clock);
  return {
    accounts: new MemoryAccountStore(state),
    changes: new MemoryAccountChanges(state),
    roles: new MemoryRoleStore(state),
    sessions: new MemorySessionStore(state),
    keys: new MemorySigningKeyStore(state),
    messageKeys: new MemoryMessageKeyStore(state),
    revocations: new MemoryRevocationLog(state),
    throttle: new MemoryThrottleStore(state),
    audit: new MemoryAuditLog(state),
  };
}
