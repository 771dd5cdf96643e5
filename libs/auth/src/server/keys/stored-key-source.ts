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

  /** At once where it was read a moment ago, so that a token which comes again need not be verified again. */
  key(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined> {
    const known = this.known.get(kid);
    const age = this.clock.monotonic() - this.readAt;
    return age < (known === undefined ? COOLDOWN_MS : FRESH_MS) ? known : this.readFor(kid, known !== undefined);
  }

  private async readFor(kid: string, isKnown: boolean): Promise<PublishedKey | undefined> {
    await this.read(isKnown);
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
