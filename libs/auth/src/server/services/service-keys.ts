import { calculateJwkThumbprint } from 'jose';
import type { SigningKeyStore } from '../contracts/signing-keys.js';
import { publicEcKey, SERVICE_ALGORITHM } from './public-ec-key.js';
import { ServiceKeyRefusedError, ServiceNotMinterError } from './service.errors.js';

const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 86_400;
/** Replicas of a gateway that starts again and again. */
const MOST_KEYS = 64;
export interface RegisteredKey {
  readonly kid: string;
  /** ISO-8601. */
  readonly expiresAt: string;
}

/** The public keys of services that make tokens for others: ES256, signed as often as verified. */
export class ServiceKeys {
  constructor(
    private readonly store: SigningKeyStore,
    /** Services that may. */
    private readonly minters: readonly string[],
  ) {}

  /** Registers or prolongs a key. Rejects with `SERVICE_NOT_MINTER`, `SERVICE_KEY_REFUSED`. */
  async register(service: string, given: { readonly jwk: unknown; readonly ttl: unknown }): Promise<RegisteredKey> {
    if (!this.minters.includes(service)) throw new ServiceNotMinterError(service);
    const ttl = secondsOf(given.ttl);
    const publicJwk = await publicEcKey(given.jwk);
    const kid = await calculateJwkThumbprint(publicJwk);
    const key = { kid, service, alg: SERVICE_ALGORITHM, publicJwk };
    const expiresAt = await this.store.putServiceKey(key, ttl * 1000, MOST_KEYS);
    if (expiresAt === undefined)
      throw new ServiceKeyRefusedError(
        'jwk',
        `is of another service, or one more than the ${MOST_KEYS} keys that a service may have at a time`,
      );
    return { kid, expiresAt: new Date(expiresAt).toISOString() };
  }
}

function secondsOf(ttl: unknown): number {
  if (typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= SHORTEST_SECONDS && ttl <= LONGEST_SECONDS) return ttl;
  throw new ServiceKeyRefusedError('ttl', `must be a whole number of seconds from ${SHORTEST_SECONDS} to ${LONGEST_SECONDS}`);
}
