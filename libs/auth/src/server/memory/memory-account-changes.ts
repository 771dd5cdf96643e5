import type { Account, AccountChanges, Actor, NewAccount, RoleStore } from '../contracts/accounts.js';
import type { AuditEntry, AuditLog, StoredAuditEntry } from '../contracts/audit-log.js';
import { newRow } from './memory-account-store.js';
import { type MemoryAuthState, publicAccount, roleKey } from './memory-auth-state.js';

export class MemoryAccountChanges implements AccountChanges {
  constructor(private readonly state: MemoryAuthState) {}

  async setPassword(change: { id: string; passwordVersion: number; passwordHash: string }, actor: Actor): Promise<boolean> {
    const { state } = this;
    const { id, passwordVersion, passwordHash } = change;
    if (state.accounts.get(id)?.passwordVersion !== passwordVersion) return false;
    state.update(id, { passwordHash, passwordVersion: passwordVersion + 1 });
    state.record(entry('password.changed', id, actor));
    state.withdraw(id, true);
    return true;
  }

  async rehash(id: string, from: string, to: string): Promise<void> {
    if (this.state.accounts.get(id)?.passwordHash === from) this.state.update(id, { passwordHash: to });
  }

  async setDisabled(id: string, disabled: boolean, actor: Actor): Promise<Account | undefined> {
    const { state } = this;
    const account = state.accounts.get(id);
    if (account === undefined) return undefined;
    if (account.disabled !== disabled) {
      state.update(id, { disabled });
      state.record(entry(disabled ? 'account.disabled' : 'account.enabled', id, actor));
      if (disabled) state.withdraw(id, true);
    }
    return this.read(id);
  }

  async setRoles(id: string, roles: readonly string[], actor: Actor): Promise<Account | undefined> {
    const { state } = this;
    const account = state.accounts.get(id);
    if (account !== undefined && JSON.stringify(account.roles) !== JSON.stringify(roles)) {
      state.update(id, { roles: [...roles] });
      state.record({ ...entry('roles.changed', id, actor), details: { roles } });
      state.withdraw(id, false);
    }
    return this.read(id);
  }

  async firstAdmin(account: NewAccount, actor: Actor): Promise<{ account: Account; created: boolean } | undefined> {
    const { state } = this;
    const rows = [...state.accounts.values()];
    if (rows.some(({ tenant, roles }) => tenant === account.tenant && roles.includes('admin'))) return undefined;
    const found = state.byEmail(account.tenant, account.email);
    const id = found?.id ?? account.id;
    if (found === undefined) state.accounts.set(id, newRow(state, account));
    else {
      const { passwordHash } = account;
      state.update(id, { passwordHash, passwordVersion: found.passwordVersion + 1, disabled: false, roles: [...found.roles, 'admin'] });
    }
    state.record(entry('admin.created', id, actor));
    if (found !== undefined) state.withdraw(id, true);
    return { account: this.read(id) as Account, created: found === undefined };
  }

  private read(id: string): Account | undefined {
    const row = this.state.accounts.get(id);
    return row && publicAccount(row);
  }
}

export class MemoryRoleStore implements RoleStore {
  constructor(private readonly state: MemoryAuthState) {}

  async permissions(tenant: string, role: string): Promise<readonly string[]> {
    return this.state.roles.get(roleKey(tenant, role)) ?? [];
  }

  async setPermissions(tenant: string, role: string, permissions: readonly string[], actor: Actor): Promise<void> {
    this.state.roles.set(roleKey(tenant, role), [...permissions]);
    this.state.record({ ...entry('role.permissions-changed', role, actor), details: { permissions } });
  }
}

export class MemoryAuditLog implements AuditLog {
  constructor(private readonly state: MemoryAuthState) {}

  async record(given: AuditEntry): Promise<void> {
    this.state.record(given);
  }

  async list(limit: number, before?: bigint): Promise<readonly StoredAuditEntry[]> {
    const rows = this.state.audit.filter(({ id }) => before === undefined || id < before);
    return rows.reverse().slice(0, limit);
  }

  async purge(keep: number, limit: number): Promise<number> {
    const { audit, clock } = this.state;
    const old = audit.filter(({ at }) => at < clock.now() - keep).slice(0, limit);
    audit.splice(0, old.length);
    return old.length;
  }
}

function entry(event: AuditEntry['event'], subject: string, { subject: actor, ...where }: Actor): AuditEntry {
  return { event, subject, actor, ...where };
}
