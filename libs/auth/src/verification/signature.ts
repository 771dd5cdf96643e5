import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** What of a key is needed to verify with it. */
export interface VerifyingKey {
  readonly alg: string;
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** Imported once for each key. */
const imported = new WeakMap<VerifyingKey, KeyObject>();

/** The key as Node takes it. Throws where the JWK is none. */
export function keyObjectOf(key: VerifyingKey): KeyObject {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const object = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' });
  imported.set(key, object);
  return object;
}

const P256_SIGNATURE = 64;

/** Whether the key made the signature, by the one algorithm that it has. */
export function isSigned(key: VerifyingKey, signed: Buffer, signature: Buffer): boolean {
  const object = keyObjectOf(key);
  switch (key.alg) {
    case 'RS256':
      return object.asymmetricKeyType === 'rsa' && verify('sha256', signed, object, signature);
    case 'ES256':
      return (
        object.asymmetricKeyType === 'ec' &&
        signature.length === P256_SIGNATURE &&
        verify('sha256', signed, { key: object, dsaEncoding: 'ieee-p1363' }, signature)
      );
    case 'EdDSA':
      return object.asymmetricKeyType === 'ed25519' && verify(null, signed, object, signature);
    default:
      return false;
  }
}
