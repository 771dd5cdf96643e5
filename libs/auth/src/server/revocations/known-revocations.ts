import { type Clock, InterruptiblePause } from '@minos/common';
import type { IssuedToken, RevocationCheck } from '../../contracts/revocations.js';
import { RevocationList } from '../../revocations/revocation-list.js';
import type { RevocationLog } from '../contracts/revocations.js';
import type { RevocationFeed } from './revocation-feed.js';

export interface KnownRevocationsPorts {
  readonly log: RevocationLog;
  readonly feed: RevocationFeed;
  readonly clock: Clock;
  /** Milliseconds that a token is good for at the most. */
  readonly longestLife: number;
}

const PAGE = 500;
/** Accounts that are kept apart. */
const SIZE = 100_000;
/** More than the clocks of two machines may differ by, in seconds. */
const SLACK = 60;
/** What could not be read is asked for again after so long. */
const AGAIN_MS = 1_000;

/** What was taken back, in the memory of the server itself: the same as services are told, from the same feed, so that tokens which come back here end as soon as anywhere. */
export class KnownRevocations implements RevocationCheck {
  private readonly list: RevocationList;
  private readonly pause: InterruptiblePause;
  private cursor = 0n;
  private rewinds = 0;
  private stopping = false;
  private following: Promise<void> | undefined;

  constructor(private readonly ports: KnownRevocationsPorts) {
    const { clock, longestLife } = ports;
    this.list = new RevocationList({ longestLife: longestLife / 1000 + SLACK, size: SIZE, now: () => clock.now() / 1000 });
    this.pause = new InterruptiblePause(clock);
  }

  isRevoked(token: IssuedToken): boolean {
    return this.list.isRevoked(token);
  }

  /** Resolves when everything that matters is known; rejects where the store does not say it. From then on it follows. Idempotent. */
  async start(): Promise<void> {
    if (this.following !== undefined) return;
    await this.read();
    const leave = this.ports.feed.subscribe(() => this.pause.wake());
    this.following = this.follow().finally(leave);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.wake();
    await this.following;
  }

  private async follow(): Promise<void> {
    while (!this.stopping) {
      await this.catchUp().catch(() => undefined);
      await this.pause.wait(AGAIN_MS);
    }
  }

  private async catchUp(): Promise<void> {
    const { feed } = this.ports;
    // The ids of a store that was restored begin anew; what is known stays so.
    if (feed.rewinds !== this.rewinds) this.cursor = 0n;
    this.rewinds = feed.rewinds;
    if (feed.newest > this.cursor) await this.read();
  }

  private async read(): Promise<void> {
    for (let full = true; full && !this.stopping;) {
      const page = await this.ports.log.since(this.cursor, PAGE);
      for (const revocation of page) this.list.add(revocation);
      this.cursor = page.at(-1)?.id ?? this.cursor;
      full = page.length === PAGE;
    }
  }
}
