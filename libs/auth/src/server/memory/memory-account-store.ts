import type { Account, AccountStore, AccountWithPassword, Actor, ExternalIdentity, NewAccount } from '../contracts/accounts.js';
import { type MemoryAccount, type MemoryAuthState, publicAccount } from './memory-auth-state.js';

export class MemoryAccountStore implements AccountStore {
  constructor(private readonly state: MemoryAuthState) {}

  async register(account: NewAccount, actor: Actor): Promise<{ account: Account; created: boolean }> {
    const { state } = this;
    const found = state.byEmail(account.tenant, account.email);
    const row = found ?? newRow(state, account);
    state.accounts.set(row.id, row);
    const { subject, ...where } = actor;
    state.record({
      event: found === undefined ? 'account.registered' : 'account.registered-again',
      subject: row.id,
      actor: subject,
      ...where,
    });
    return { account: publicAccount(row), created: found === undefined };
  }

  async find(id: string): Promise<AccountWithPassword | undefined> {
    return withPassword(this.state.accounts.get(id));
  }

  async findByEmail(tenant: string, email: string): Promise<AccountWithPassword | undefined> {
    return withPassword(this.state.byEmail(tenant, email));
  }

  async list(limit: number, after = ''): Promise<readonly Account[]> {
    const ids = [...this.state.accounts.keys()].sort().filter((id) => id > after);
    return ids.slice(0, limit).map((id) => publicAccount(this.state.accounts.get(id) as MemoryAccount));
  }

  async ofIdentity({ issuer, subject, tenant, roles }: ExternalIdentity, newId: string): Promise<Account> {
    const { state } = this;
    const key = JSON.stringify([tenant, issuer, subject]);
    const known = state.accounts.get(state.identities.get(key) ?? '');
    if (known !== undefined) return publicAccount(known);
    const row = newRow(state, { id: newId, tenant, email: null, passwordHash: null, roles });
    state.accounts.set(newId, row);
    state.identities.set(key, newId);
    state.record({ event: 'account.registered', subject: newId, actor: newId, details: { issuer } });
    return publicAccount(row);
  }
}

type RowInit = Pick<MemoryAccount, 'id' | 'tenant' | 'email' | 'passwordHash' | 'roles'>;

export function newRow(state: MemoryAuthState, { id, tenant, email, passwordHash, roles }: RowInit): MemoryAccount {
  return { id, tenant, email, passwordHash, roles, passwordVersion: 0, disabled: false, createdAt: state.clock.now(), notBefore: 0 };
}

function withPassword(row: MemoryAccount | undefined): AccountWithPassword | undefined {
  return row && { ...publicAccount(row), passwordHash: row.passwordHash, passwordVersion: row.passwordVersion };
}
