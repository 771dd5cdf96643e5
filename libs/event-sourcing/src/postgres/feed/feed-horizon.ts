import type { Clock, CrashPoints } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import { FeedFence } from './feed-fence.js';
import { FeedOnStandbyError, FeedSequenceBehindError } from './feed.errors.js';
import { READ_MARK } from './feed.sql.js';

interface MarkRow {
  readonly latest: bigint;
  readonly drawn: bigint;
  readonly server: string;
  readonly holders: string[] | null;
  readonly pids: number[] | null;
  readonly prepared: boolean | null;
}

/** Up to where events are known to exist: none lies in (`last`, `upTo`]. */
interface Tail {
  readonly upTo: bigint;
  readonly last: bigint;
}

/** A settled number, with the run of the server for which it holds. */
export interface SettledHorizon {
  readonly settled: bigint;
  readonly server: string;
}

const ON_STANDBY = 'MF001';

/**
 * What one process knows of how far the feed is settled. Asks the database one question at a time, whoever wants to know, and forgets
 * everything when the server was restarted or replaced, because numbers of unfinished transactions may then be handed out again.
 */
export class FeedHorizonTracker {
  private fence = new FeedFence();
  private server: string | undefined;
  private tail: Tail | undefined;
  private pids: ReadonlyMap<string, number> = new Map();
  private running: Promise<void> | undefined;
  private queued: Promise<void> | undefined;
  private lookedAt = 0;
  private lookTook = 0;

  constructor(
    private readonly sql: SqlExecutor,
    private readonly clock: Clock,
    private readonly crashPoints: CrashPoints,
  ) {}

  get horizon(): SettledHorizon | undefined {
    const { settled } = this.fence;
    return settled === undefined || this.server === undefined ? undefined : { settled, server: this.server };
  }

  /** When the last look began. */
  get lastLook(): number {
    return this.lookedAt;
  }

  /** How long the last look took, in milliseconds. */
  get lookCost(): number {
    return this.lookTook;
  }

  get latest(): bigint {
    return this.fence.latest;
  }

  /** Whether there are events that are not settled yet. */
  get open(): boolean {
    return this.fence.waitingSince !== undefined;
  }

  get ageSeconds(): number {
    const since = this.fence.waitingSince;
    return since === undefined ? 0 : Math.max(0, this.clock.monotonic() - since) / 1000;
  }

  /** Backends that hold back the oldest open mark; 0 stands for a prepared transaction. */
  get blockedBy(): readonly number[] {
    return [...new Set(this.fence.blockers.map((holder) => this.pids.get(holder) ?? 0))];
  }

  /** Whether a settled event behind `position` may exist, by what is known now. */
  mayHaveBehind(position: bigint): boolean {
    const settled = this.fence.settled;
    if (settled === undefined) return false;
    return this.tail?.upTo === settled ? this.tail.last > position : settled > position;
  }

  /** Notes that of the settled range up to `upTo`, which was read to its end, `last` is the last event. */
  noteTail(upTo: bigint, last: bigint): void {
    if (this.tail === undefined || upTo > this.tail.upTo || (upTo === this.tail.upTo && last > this.tail.last)) this.tail = { upTo, last };
  }

  /** Forgets what holds only for the run of the server that was asked. */
  reset(): void {
    this.fence = new FeedFence(this.fence.waitingSince);
    this.server = undefined;
    this.tail = undefined;
  }

  /** Looks again. The look begins after the call; callers that wait at the same time share one. */
  refresh(): Promise<void> {
    if (this.running === undefined) return (this.running = this.look().finally(() => (this.running = undefined)));
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined;
        return this.refresh();
      });
    return this.queued;
  }

  private async look(): Promise<void> {
    this.lookedAt = this.clock.monotonic();
    await this.crashPoints.reach('event-sourcing.feed-mark.before');
    try {
      await this.observe();
    } catch (error) {
      this.reset();
      throw isStandby(error) ? new FeedOnStandbyError({ cause: error }) : error;
    }
    this.lookTook = this.clock.monotonic() - this.lookedAt;
    await this.crashPoints.reach('event-sourcing.feed-mark.after');
  }

  private async observe(): Promise<void> {
    const row = await this.mark();
    const replaced = this.server !== undefined && (this.server !== row.server || row.latest < this.fence.latest);
    if (replaced) {
      this.reset();
      return this.observe();
    }
    if (row.drawn < row.latest) throw new FeedSequenceBehindError(row.drawn, row.latest);
    this.take(row);
  }

  private async mark(): Promise<MarkRow> {
    const { rows } = await this.sql.query<MarkRow>(READ_MARK, [this.fence.known ?? null]);
    return rows[0] as MarkRow;
  }

  private take(row: MarkRow): void {
    const holders = row.holders ?? undefined;
    this.server = row.server;
    if (holders !== undefined) this.pids = new Map(holders.map((holder, index) => [holder, row.pids?.[index] ?? 0]));
    this.fence.observe({ latest: row.latest, holders, prepared: row.prepared ?? false, at: this.clock.monotonic() });
  }
}

/** Whether the feed's own functions found themselves on a standby. */
export function isStandby(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === ON_STANDBY;
}
