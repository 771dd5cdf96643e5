import type { Clock } from '@minos/common';
import type { KeySource, PublishedKey } from '../../contracts/keys.js';
import { publishedKeys } from './key-set.js';
import type { SigningKeys } from './signing-keys.js';

const COOLDOWN_MS = 1_000;
const FRESH_MS = 5_000;

/**
 * The published keys from the server's own store, for the server itself: no request to its own address. A key that is not known waits for a read that begins after it was asked for, since only that can tell one that a
 * gateway has just registered from one that is made up; reads are a second apart and shared.
 */
export class StoredKeySource implements KeySource {
  private known: ReadonlyMap<string, PublishedKey> = new Map();
  private begunAt = -Infinity;
  private readAt = -Infinity;
  /** The read that has not begun yet. */
  private coming: Promise<void> | undefined;

  constructor(
    private readonly keys: SigningKeys,
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {}

  /** At once where it was read a moment ago, so that a token which comes again need not be verified again. */
  key(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined> {
    const known = this.known.get(kid);
    return known !== undefined && this.clock.monotonic() - this.readAt < FRESH_MS ? known : this.readFor(kid, known !== undefined);
  }

  /** What was known stays good while the store does not answer. */
  private async readFor(kid: string, isKnown: boolean): Promise<PublishedKey | undefined> {
    this.coming ??= this.read();
    await this.coming.catch((error: unknown) => {
      if (!isKnown) throw error;
    });
    return this.known.get(kid);
  }

  private async read(): Promise<void> {
    try {
      const pause = this.begunAt + COOLDOWN_MS - this.clock.monotonic();
      // Waited for in any case: it is remembered as the one that comes before it begins.
      await (pause > 0 ? this.clock.sleep(pause) : undefined);
    } finally {
      this.coming = undefined;
    }
    this.begunAt = this.clock.monotonic();
    const stored = await this.keys.published();
    this.known = new Map(publishedKeys(stored, this.issuer).map((key) => [key.kid, key]));
    this.readAt = this.clock.monotonic();
  }
}
