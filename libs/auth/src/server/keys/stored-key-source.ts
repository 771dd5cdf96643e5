import type { Clock } from '@minos/common';
import type { KeySource, PublishedKey } from '../../contracts/keys.js';
import { publishedKeys } from './key-set.js';
import type { SigningKeys } from './signing-keys.js';

const COOLDOWN_MS = 1_000;
const FRESH_MS = 5_000;

/** The published keys from the server's own store, for the server itself: no request to its own address. */
export class StoredKeySource implements KeySource {
  private known: ReadonlyMap<string, PublishedKey> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly keys: SigningKeys,
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {}

  async key(kid: string): Promise<PublishedKey | undefined> {
    const age = this.clock.monotonic() - this.readAt;
    if (age >= (this.known.has(kid) ? FRESH_MS : COOLDOWN_MS)) await this.read(this.known.has(kid));
    return this.known.get(kid);
  }

  private async read(hasKey: boolean): Promise<void> {
    this.reading ??= this.reread().finally(() => (this.reading = undefined));
    await this.reading.catch((error: unknown) => {
      if (!hasKey) throw error;
    });
  }

  private async reread(): Promise<void> {
    const stored = await this.keys.published();
    this.known = new Map(publishedKeys(stored, this.issuer).map((key) => [key.kid, key]));
    this.readAt = this.clock.monotonic();
  }
}
