/** A key that a process of a service signs messages with. It never changes. */
export interface StoredMessageKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** Durable name of the service that registered it. */
  readonly service: string;
  /** Without private members. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** The public keys of messages, for as long as somebody may have to verify one. Concurrent calls are allowed, also from other processes. */
export interface MessageKeyStore {
  /** Stores it. Idempotent; `false` where another service has registered the key. */
  put(key: StoredMessageKey): Promise<boolean>;
  /** Those that are there, in any order. */
  find(kids: readonly string[]): Promise<readonly StoredMessageKey[]>;
  /** Deletes those that were registered last longer ago than `keep` milliseconds. Answers how many. */
  purge(keep: number): Promise<number>;
}
