import { BoundedCache, type Clock, type Principal, SystemClock } from '@minos/common';
import type { ServiceTokenMinter } from '../contracts/service-token-minter.js';
import { MintingKeyMissingError } from './minter.errors.js';
import { type ResolvedMinterOptions, resolveMinterOptions, type ServiceTokenMinterOptions } from './minter.options.js';
import { RegisteredKey } from './registered-key.js';

interface Minted {
  readonly token: string;
  /** Until when it is handed out, in milliseconds since the epoch: half of its life has to be left. */
  readonly freshUntil: number;
}

export interface MinterStatus {
  /** Milliseconds for which the key is published still; `undefined` where none is. */
  readonly keyMs: number | undefined;
  readonly failure: string | undefined;
}

const ANONYMOUS = 'anonymous';
/** A token is never good for longer than its key is published, and one that ends at once helps nobody. */
const SHORTEST_MS = 5_000;

/** Makes service tokens with a key of its own, which the auth service publishes. */
export class RegisteredKeyMinter implements ServiceTokenMinter {
  private readonly options: ResolvedMinterOptions;
  private readonly clock: Clock;
  private readonly key: RegisteredKey;
  private readonly minted: BoundedCache<Minted>;
  /** Where tokens for services are kept, by principal, of those that cannot change: texts that are made anew would be hashed anew for each request. */
  private readonly keys = new WeakMap<Principal, Map<string, string>>();

  /** Throws `OPTIONS_INVALID`. Registers nothing yet. */
  constructor(options: ServiceTokenMinterOptions) {
    this.options = resolveMinterOptions(options);
    this.clock = this.options.clock ?? new SystemClock();
    this.key = new RegisteredKey(this.options);
    this.minted = new BoundedCache(this.options.cacheSize);
  }

  /** Registers the key. Resolves also where that fails: it is tried again. Idempotent. */
  open(): Promise<void> {
    return this.key.open();
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.key.close();
  }

  get status(): MinterStatus {
    const { current, failure } = this.key;
    return { keyMs: current === undefined ? undefined : current.expiresAt - this.clock.now(), failure };
  }

  /** Throws `MINTING_KEY_MISSING`, which is retryable. */
  mint(principal: Principal | undefined, service: string): string {
    const key = this.keyOf(principal, service);
    const known = this.minted.get(key);
    if (known !== undefined && this.clock.now() < known.freshUntil) return known.token;
    const fresh = this.sign(principal, service);
    this.minted.set(key, fresh);
    return fresh.token;
  }

  private sign(principal: Principal | undefined, service: string): Minted {
    const { current, failure } = this.key;
    const now = this.clock.now();
    const life = Math.min(this.options.life, (current?.expiresAt ?? 0) - now);
    if (current === undefined || life < SHORTEST_MS) throw new MintingKeyMissingError(failure);
    const iat = Math.floor(now / 1000);
    const exp = Math.floor((now + life) / 1000);
    const claims = {
      iss: this.options.credential.service,
      aud: service,
      iat,
      nbf: iat,
      exp: Math.min(exp, iat + 60),
      ...claimsOf(principal),
    };
    return { token: current.key.sign(claims), freshUntil: now + life / 2 };
  }

  private keyOf(principal: Principal | undefined, service: string): string {
    if (principal === undefined) return `${service}\n${ANONYMOUS}`;
    const known = this.keys.get(principal)?.get(service);
    if (known !== undefined) return known;
    const key = `${service}\n${JSON.stringify(claimsOf(principal))}`;
    if (isFrozen(principal)) this.remember(principal, service, key);
    return key;
  }

  private remember(principal: Principal, service: string, key: string): void {
    const keys = this.keys.get(principal);
    if (keys === undefined) this.keys.set(principal, new Map([[service, key]]));
    else keys.set(service, key);
  }
}

function isFrozen(principal: Principal): boolean {
  const { roles, permissions = roles } = principal;
  return Object.isFrozen(principal) && Object.isFrozen(roles) && Object.isFrozen(permissions);
}

/** What the token says of the caller. */
function claimsOf(principal: Principal | undefined): Readonly<Record<string, unknown>> {
  if (principal === undefined) return { anonymous: true };
  const { subject: sub, roles, permissions = [], tenant, actedAt, session } = principal;
  const authTime = Math.floor(Date.parse(actedAt) / 1000);
  return { sub, roles, permissions, tenant, auth_time: authTime, ...(session === undefined ? {} : { sid: session }) };
}
