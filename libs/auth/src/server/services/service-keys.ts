import { calculateJwkThumbprint, importJWK } from 'jose';
import type { SigningKeyStore } from '../contracts/signing-keys.js';
import { ServiceKeyRefusedError, ServiceNotMinterError } from './service.errors.js';

const ALGORITHM = 'ES256';
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 86_400;
/** Replicas of a gateway that starts again and again. */
const MOST_KEYS = 64;
interface EcKey {
  readonly [member: string]: string;
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

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
    const publicJwk = await publicKeyOf(given.jwk);
    const kid = await calculateJwkThumbprint(publicJwk);
    const key = { kid, service, alg: ALGORITHM, publicJwk };
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

/** The members of the public key and nothing else: what came besides is not published. */
async function publicKeyOf(given: unknown): Promise<EcKey> {
  if (typeof given !== 'object' || given === null) throw new ServiceKeyRefusedError('jwk', 'must be a public key as JWK');
  const { kty, crv, x, y, ...others } = given as Readonly<Record<string, unknown>>;
  if ('d' in others)
    throw new ServiceKeyRefusedError(
      'jwk',
      'has a private member: that key is not secret any more; make a new one and send its public half',
    );
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y))
    throw new ServiceKeyRefusedError('jwk', 'must be an EC key of the curve P-256, for ES256');
  const jwk = { kty, crv, x, y };
  await importJWK(jwk, ALGORITHM).catch(() => {
    throw new ServiceKeyRefusedError('jwk', 'is no point of the curve P-256');
  });
  return jwk;
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && COORDINATE.test(value);
}
