import { importJWK } from 'jose';
import { ServiceKeyRefusedError } from './service.errors.js';

/** What services sign with: as often as somebody verifies, and by keys that are quick to make. */
export const SERVICE_ALGORITHM = 'ES256';

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

export interface PublicEcKey {
  readonly [member: string]: string;
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** The members of the public key and nothing else: what came besides is not published. Rejects with `SERVICE_KEY_REFUSED`. */
export async function publicEcKey(given: unknown): Promise<PublicEcKey> {
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
  await importJWK(jwk, SERVICE_ALGORITHM).catch(() => {
    throw new ServiceKeyRefusedError('jwk', 'is no point of the curve P-256');
  });
  return jwk;
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && COORDINATE.test(value);
}
