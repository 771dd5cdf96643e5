import { isMinosError } from '@minos/common';
import { emailAddress } from '../accounts/email-address.js';
import type { Credentials } from '../accounts/registration.js';
import type { AccountChanges, AccountStore, AccountWithPassword } from '../contracts/accounts.js';
import type { AuditLog } from '../contracts/audit-log.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { choosePassword, normalPassword } from '../passwords/password-policy.js';
import type { AuthStatistics } from '../statistics/auth-statistics.js';
import type { LoginThrottle } from '../throttle/login-throttle.js';
import { LoginDelayedError, LoginRefusedError } from './session.errors.js';
import type { SessionOpener, TokenPair } from './session-opener.js';

export interface LoginPorts {
  readonly accounts: AccountStore;
  readonly changes: AccountChanges;
  readonly audit: AuditLog;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly opener: SessionOpener;
  readonly statistics: AuthStatistics;
}

export interface PasswordChange {
  readonly accountId: string;
  readonly oldPassword: unknown;
  readonly newPassword: unknown;
  readonly address: string;
}

/** An account that is claimed, and what it is counted under. */
interface Claim {
  readonly account: AccountWithPassword | undefined;
  readonly key: string;
  readonly password: string | undefined;
  readonly address: string;
}

/** Signing in with a password. Whether the account is unknown, disabled, without a password, or the password wrong: the steps, their cost and the answer are the same. */
export class Logins {
  constructor(private readonly ports: LoginPorts) {}

  /** Rejects with `LOGIN_REFUSED`, `LOGIN_DELAYED`, `RATE_EXCEEDED`, `PASSWORDS_BUSY`. */
  async login({ email: givenEmail, password, address }: Credentials): Promise<TokenPair> {
    const { accounts, opener, throttle, statistics } = this.ports;
    await throttle.take('logins', address);
    const email = emailOf(givenEmail);
    const account = await accounts.findByEmail('', email);
    const proven = await this.prove({ account, key: email, password: normalPassword(password), address });
    const { id: accountId, passwordVersion } = proven;
    const pair = await opener.open({ accountId, passwordVersion, method: 'password', address });
    if (pair === undefined) return this.refuse(account, address);
    statistics.count('logins', 'succeeded');
    await this.rehash(proven, password as string);
    return pair;
  }

  /**
   * Ends all sessions of the account and opens a new one. The old password is tried under the same limits as a login. Rejects also with `PASSWORD_REFUSED` for the new one.
   */
  async changePassword({ accountId, oldPassword, newPassword, address }: PasswordChange): Promise<TokenPair> {
    const { accounts, changes, hasher, opener, throttle } = this.ports;
    await throttle.take('logins', address);
    const account = await accounts.find(accountId);
    const chosen = choosePassword(newPassword, account?.email ?? null, 'newPassword');
    const proven = await this.prove({ account, key: account?.email ?? accountId, password: normalPassword(oldPassword), address });
    const passwordHash = await hasher.hash(chosen);
    const change = { id: proven.id, passwordVersion: proven.passwordVersion, passwordHash };
    const changed = await changes.setPassword(change, { subject: proven.id, address });
    const signedIn = { accountId: proven.id, passwordVersion: proven.passwordVersion + 1, method: 'password', address };
    const pair = changed ? await opener.open(signedIn) : undefined;
    return pair ?? this.refuse(account, address);
  }

  /** Resolves with the account whose password it is. */
  private async prove({ account, key, password, address }: Claim): Promise<AccountWithPassword> {
    const { hasher, throttle } = this.ports;
    const attempt = await throttle.attempt(key, address).catch((error: unknown) => this.noteDelay(error, account, address));
    const proven = await hasher.verify(account?.passwordHash, password);
    if (!proven || account === undefined || account.disabled) return this.refuse(account, address);
    await attempt.succeeded();
    return account;
  }

  private async refuse(account: AccountWithPassword | undefined, address: string): Promise<never> {
    this.ports.statistics.count('logins', 'refused');
    await this.ports.audit.record({ event: 'login.failed', subject: account?.id ?? '', actor: '', address });
    throw new LoginRefusedError();
  }

  private async noteDelay(error: unknown, account: AccountWithPassword | undefined, address: string): Promise<never> {
    if (error instanceof LoginDelayedError) {
      this.ports.statistics.count('logins', 'delayed');
      await this.ports.audit.record({ event: 'login.locked', subject: account?.id ?? '', actor: '', address });
    }
    throw error;
  }

  /** Nobody is refused because their hash cannot be made anew now; the next login tries again. */
  private async rehash({ id, passwordHash }: AccountWithPassword, password: string): Promise<void> {
    const { hasher, changes } = this.ports;
    const normal = normalPassword(password);
    if (passwordHash === null || normal === undefined || !hasher.isOutdated(passwordHash)) return;
    await hasher.hash(normal).then(
      (hash) => changes.rehash(id, passwordHash, hash),
      (error: unknown) => {
        if (!isMinosError(error, 'PASSWORDS_BUSY')) throw error;
      },
    );
  }
}

/** What is no address has no account; it is looked for all the same, so that it takes as long. */
function emailOf(given: unknown): string {
  try {
    return emailAddress(given);
  } catch {
    return '';
  }
}
