import type { Clock } from '@minos/common';
import type { KeySource, PublishedKey } from '../../contracts/keys.js';
import { SharedRead } from '../../keys/shared-read.js';
import { publishedKeys } from './key-set.js';
import type { SigningKeys } from './signing-keys.js';

const PAUSE_MS = 1_000;
const FRESH_MS = 5_000;

/**
 * The published keys from the server's own store, for the server itself: no request to its own address. A key that is not known waits for a read that begins after it was asked
 * for, since only that can tell one that a gateway has just registered from one that is made up; reads are shared, one at a time, and a second apart.
 */
export class StoredKeySource implements KeySource {
  private readonly reads: SharedRead<void>;
  private known: ReadonlyMap<string, PublishedKey> = new Map();
  private readAt = -Infinity;

  constructor(
    private readonly keys: SigningKeys,
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {
    this.reads = new SharedRead(() => this.read(), { clock, pauseMs: PAUSE_MS });
  }

  /** At once where it was read a moment ago, so that a token which comes again need not be verified again. */
  key(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined> {
    const known = this.known.get(kid);
    return known !== undefined && this.clock.monotonic() - this.readAt < FRESH_MS ? known : this.readFor(kid, known !== undefined);
  }

  /** What was known stays good while the store does not answer. */
  private async readFor(kid: string, isKnown: boolean): Promise<PublishedKey | undefined> {
    await this.reads.next().catch((error: unknown) => {
      if (!isKnown) throw error;
    });
    return this.known.get(kid);
  }

  private async read(): Promise<void> {
    const stored = await this.keys.published();
    this.known = new Map(publishedKeys(stored, this.issuer).map((key) => [key.kid, key]));
    this.readAt = this.clock.monotonic();
  }
}
