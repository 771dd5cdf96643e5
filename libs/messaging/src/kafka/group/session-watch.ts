import type { Clock } from '@minos/common';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { GroupSeat } from './group-seat.js';
import type { ToldPositions } from './told-positions.js';

/** `rebalance`: the group shares anew. `lost`: Kafka has given the partitions to others, or may have. `channels`: one that was missing exists. */
export type WatchVerdict = 'rebalance' | 'lost' | 'channels';

export interface WatchOptions {
  readonly seat: GroupSeat;
  readonly told: ToldPositions;
  readonly clock: Clock;
  readonly sessionTimeoutMs: number;
  /** Channels that did not exist when the member joined. */
  readonly missing: readonly string[];
  readonly answered: () => void;
}

const LONGEST_BEAT_MS = 500;
const BEATS_PER_SESSION = 5;
const LOOK_FOR_CHANNELS_MS = 1_000;
const GONE = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

/**
 * Keeps a member's session alive from its join to its next one, on a timer of its own: how long the listener works does not matter to it. Tells Kafka on the
 * way where the group stands.
 */
export class SessionWatch {
  /** Why the session was lost. */
  error: unknown;
  /** Resolves with what happens first. */
  readonly verdict: Promise<WatchVerdict>;
  private isLostNow = false;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private heardAt: number;
  private lookedAt: number;

  constructor(private readonly options: WatchOptions) {
    this.heardAt = this.lookedAt = options.clock.monotonic();
    let decide: (verdict: WatchVerdict) => void = () => undefined;
    this.verdict = new Promise((resolve) => (decide = resolve));
    this.running = this.run(decide);
  }

  get isLost(): boolean {
    return this.isLostNow;
  }

  /** Resolves when nothing of it is on its way any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(decide: (verdict: WatchVerdict) => void): Promise<void> {
    const { clock, sessionTimeoutMs } = this.options;
    const interval = Math.min(LONGEST_BEAT_MS, sessionTimeoutMs / BEATS_PER_SESSION);
    while (!this.isLostNow) {
      await clock.sleep(interval, this.stopping.signal).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      const verdict = (await this.beat()) ?? (await this.lookForChannels());
      if (verdict !== undefined) decide(verdict);
      if (!this.isLostNow) await this.tell();
    }
  }

  private async beat(): Promise<WatchVerdict | undefined> {
    const { seat, clock, sessionTimeoutMs } = this.options;
    const sentAt = clock.monotonic();
    try {
      await seat.heartbeat(Math.max(1, this.heardAt + sessionTimeoutMs - sentAt));
    } catch (error) {
      const type = kafkaErrorType(error) ?? '';
      if (type === 'REBALANCE_IN_PROGRESS') return this.heard(sentAt, 'rebalance');
      if (!GONE.has(type) && clock.monotonic() - this.heardAt < sessionTimeoutMs) return undefined;
      if (type === 'UNKNOWN_MEMBER_ID') seat.forget();
      this.error = error;
      this.isLostNow = true;
      return 'lost';
    }
    return this.heard(sentAt, undefined);
  }

  private heard(at: number, verdict: WatchVerdict | undefined): WatchVerdict | undefined {
    this.heardAt = at;
    this.options.answered();
    return verdict;
  }

  private async lookForChannels(): Promise<WatchVerdict | undefined> {
    const { missing, seat, clock } = this.options;
    if (missing.length === 0 || clock.monotonic() - this.lookedAt < LOOK_FOR_CHANNELS_MS) return undefined;
    this.lookedAt = clock.monotonic();
    const existing = await seat.existing(missing).catch(() => []);
    return existing.length > 0 ? 'channels' : undefined;
  }

  private async tell(): Promise<void> {
    const { told, seat } = this.options;
    const positions = told.take();
    if (positions.length === 0) return;
    await seat.commit(positions).catch(() => told.putBack(positions));
  }
}
