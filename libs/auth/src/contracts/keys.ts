/** What a token of a key may be: that of a client (`at+jwt`), or one that the gateway made for one service (`st+jwt`). */
export type TokenKind = 'access' | 'service';

/** A public key that tokens are verified with, as the key set publishes it. */
export interface PublishedKey {
  readonly kid: string;
  /** The only algorithm that it is used with. */
  readonly alg: string;
  /** `iss` of every token that it may have signed. */
  readonly issuer: string;
  readonly kind: TokenKind;
  /** The public key as JWK, without private members. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/**
 * The public keys by id. A known key is answered at once. An unknown one leads to one fetch at the most in a cooldown, shared by all who wait; while the source is away,
 * keys that are known stay good up to a limit (stale-if-error). Concurrent calls are allowed.
 *
 * Rejects with a retryable error where the source cannot be had and nothing is known; `undefined` is a key that does not exist.
 */
export interface KeySource {
  key(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined>;
}
