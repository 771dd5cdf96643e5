import { randomUUID } from 'node:crypto';
import { isUuid } from '@minos/common';
import type { Account, AccountChanges, AccountStore, Actor, RoleStore } from '../contracts/accounts.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { choosePassword } from '../passwords/password-policy.js';
import { AccountNotFoundError, AdminExistsError, OwnAccountError } from './account.errors.js';
import { emailAddress } from './email-address.js';

export const ADMIN_ROLE = 'admin';

export interface AdministrationPorts {
  readonly accounts: AccountStore;
  readonly changes: AccountChanges;
  readonly roles: RoleStore;
}

/** What administrators do. Who may is checked by who calls it. */
export class Administration {
  constructor(private readonly ports: AdministrationPorts) {}

  /** Ascending by id; `next` is the `after` of the page behind, where there is one. */
  async accounts(limit: number, after?: string): Promise<{ readonly items: readonly Account[]; readonly next: string | null }> {
    const found = await this.ports.accounts.list(limit + 1, after);
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Disabling ends all sessions at once. Idempotent. Rejects with `ACCOUNT_NOT_FOUND`, `ACCOUNT_IS_OWN`. */
  async setDisabled(id: string, disabled: boolean, actor: Actor): Promise<Account> {
    if (disabled && id === actor.subject) throw new OwnAccountError();
    return found(isUuid(id) ? await this.ports.changes.setDisabled(id, disabled, actor) : undefined);
  }

  /** Access tokens of before are refused; clients refresh and have the new roles. Rejects with `ACCOUNT_NOT_FOUND`, `ACCOUNT_IS_OWN`. */
  async setRoles(id: string, roles: readonly string[], actor: Actor): Promise<Account> {
    if (id === actor.subject && !roles.includes(ADMIN_ROLE)) throw new OwnAccountError();
    const sorted = [...new Set(roles)].sort();
    return found(isUuid(id) ? await this.ports.changes.setRoles(id, sorted, actor) : undefined);
  }

  permissions(role: string): Promise<readonly string[]> {
    return this.ports.roles.permissions('', role);
  }

  /** Tokens that were issued keep what they say until their end, 5 minutes at the most. */
  async setPermissions(role: string, permissions: readonly string[], actor: Actor): Promise<readonly string[]> {
    const sorted = [...new Set(permissions)].sort();
    await this.ports.roles.setPermissions('', role, sorted, actor);
    return sorted;
  }
}

/** Makes the first administrator, once. Rejects with `ADMIN_EXISTS`, `EMAIL_REFUSED`, `PASSWORD_REFUSED`. */
export async function createFirstAdmin(
  changes: AccountChanges,
  hasher: PasswordHasher,
  given: { readonly email: string; readonly password: string; readonly by: string },
): Promise<{ readonly account: Account; readonly created: boolean }> {
  const email = emailAddress(given.email);
  const passwordHash = await hasher.hash(choosePassword(given.password, email));
  const account = { id: randomUUID(), tenant: '', email, passwordHash, roles: [ADMIN_ROLE] };
  const made = await changes.firstAdmin(account, { subject: given.by });
  if (made === undefined) throw new AdminExistsError();
  return made;
}

function found(account: Account | undefined): Account {
  if (account === undefined) throw new AccountNotFoundError();
  return account;
}
