import { createHash } from 'node:crypto';
import type { PublishedKey } from '../../contracts/keys.js';
import type { StoredKeys } from '../contracts/signing-keys.js';

/** The public keys of `stored`, for who verifies. */
export function publishedKeys({ signing, services }: StoredKeys, issuer: string): PublishedKey[] {
  return [
    ...signing.map(({ kid, alg, publicJwk }): PublishedKey => ({ kid, alg, issuer, kind: 'access', jwk: publicJwk })),
    ...services.map(({ kid, alg, service, publicJwk }): PublishedKey => ({ kid, alg, issuer: service, kind: 'service', jwk: publicJwk })),
  ];
}

export interface KeySetDocument {
  readonly body: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly etag: string;
}

/** The document at `/.well-known/jwks.json`. */
export function keySetDocument(keys: readonly PublishedKey[]): KeySetDocument {
  const body = { keys: keys.map(({ kid, alg, issuer, kind, jwk }) => ({ ...jwk, kid, alg, use: 'sig', iss: issuer, kind })) };
  return { body, etag: `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"` };
}
