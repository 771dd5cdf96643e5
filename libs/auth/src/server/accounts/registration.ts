import { randomUUID } from 'node:crypto';
import type { AccountStore } from '../contracts/accounts.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { choosePassword } from '../passwords/password-policy.js';
import type { AuthStatistics } from '../statistics/auth-statistics.js';
import type { LoginThrottle } from '../throttle/login-throttle.js';
import { emailAddress } from './email-address.js';

export interface RegistrationPorts {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly statistics: AuthStatistics;
}

export interface Credentials {
  readonly email: unknown;
  readonly password: unknown;
  /** Network address of who asks. */
  readonly address: string;
}

/**
 * Registers people. An e-mail address that has an account gets the same answer, with the id of that account, and nothing is changed: so a registration may be repeated, and one request does not
 * tell who is known.
 */
export class Registration {
  constructor(
    private readonly ports: RegistrationPorts,
    /** Roles of a new account. */
    private readonly roles: readonly string[],
  ) {}

  /** Rejects with `EMAIL_REFUSED`, `PASSWORD_REFUSED`, `RATE_EXCEEDED`, `PASSWORDS_BUSY`. */
  async register({ email: givenEmail, password: givenPassword, address }: Credentials): Promise<{ readonly userId: string }> {
    const { accounts, hasher, throttle, statistics } = this.ports;
    const email = emailAddress(givenEmail);
    const password = choosePassword(givenPassword, email);
    await throttle.take('registrations', address);
    const passwordHash = await hasher.hash(password);
    // By chance, not by time: an id that tells when it was made would tell that the account is an old one.
    const id = randomUUID();
    const { account, created } = await accounts.register(
      { id, tenant: '', email, passwordHash, roles: this.roles },
      { subject: '', address },
    );
    statistics.count('registrations', created ? 'created' : 'known');
    return { userId: account.id };
  }
}
