/** A key that access tokens are signed with. Times are milliseconds since the epoch on the store's clock. */
export interface StoredSigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly alg: string;
  /** Without private members. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** The private key, encrypted. */
  readonly privateKey: Buffer;
  readonly createdAt: number;
  /** From when on it signs. */
  readonly activeFrom: number;
  /** Until when it is published; `undefined` for the newest key. */
  readonly publishedUntil: number | undefined;
}

export type NewSigningKey = Pick<StoredSigningKey, 'kid' | 'alg' | 'publicJwk' | 'privateKey'>;

/** A key that a service has registered for the tokens that it makes. */
export interface StoredServiceKey {
  readonly kid: string;
  readonly service: string;
  readonly alg: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch on the store's clock. */
  readonly expiresAt: number;
}

export interface StoredKeys {
  /** All that are published, the newest first. */
  readonly signing: readonly StoredSigningKey[];
  /** All that have not expired. */
  readonly services: readonly StoredServiceKey[];
  /** Milliseconds since the epoch on the store's clock. */
  readonly now: number;
}

export interface KeyChange {
  readonly key: NewSigningKey;
  /** Milliseconds until it signs, so that everybody who verifies has fetched it by then. */
  readonly activeIn: number;
  /** Milliseconds that the keys before it stay published after it signs; `0` with `activeIn: 0` takes them back at once. */
  readonly keepOld: number;
  /** Does nothing where the newest key is younger than this. @default 0 */
  readonly unlessYounger?: number;
  /** For the audit log. */
  readonly by: string;
}

/** The keys. Each call is atomic; concurrent calls are allowed, also from other processes. */
export interface SigningKeyStore {
  keys(): Promise<StoredKeys>;
  /** Adds a key that signs at once, unless there is one. Two calls at once add one. */
  addFirst(key: NewSigningKey): Promise<boolean>;
  /** Adds a key and sets an end to those before it. `false` where `unlessYounger` held. */
  rotate(change: KeyChange): Promise<boolean>;
  /** Registers or prolongs a key of a service; answers when it expires, or `undefined` where the service has `most` others. */
  putServiceKey(key: Omit<StoredServiceKey, 'expiresAt'>, ttl: number, most: number): Promise<number | undefined>;
  /** Deletes keys that are no longer published. Answers how many. */
  purge(): Promise<number>;
}
