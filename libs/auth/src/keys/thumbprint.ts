import { createHash } from 'node:crypto';

/** Members of a public key that make it up, in the order of RFC 7638. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/** The public members of a JWK and nothing else, in order; `undefined` where the type is not known or one is missing. */
export function publicMembers(jwk: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | undefined {
  const { kty } = jwk;
  const names = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined;
  if (names === undefined || !names.every((name) => typeof jwk[name] === 'string')) return undefined;
  return Object.fromEntries(names.map((name) => [name, jwk[name] as string]));
}

/** The id of a key: its thumbprint by SHA-256, so that no other key can have it. */
export function thumbprint(members: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
