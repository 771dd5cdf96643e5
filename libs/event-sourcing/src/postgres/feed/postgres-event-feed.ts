import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor, SqlStatement } from '@minos/postgres';
import type { EventFeed, FeedHorizon, FeedPage, FeedReadOptions } from '../../contracts/event-feed.js';
import type { FeedPosition } from '../../contracts/event-store.js';
import { toFeedPosition } from '../../stream/feed-position.js';
import { toRecordedEvent, type EventRow } from '../event-row.js';
import { FeedHorizonTracker, isStandby, type SettledHorizon } from './feed-horizon.js';
import { FeedWatcher } from './feed-watcher.js';
import { FeedClosedError, FeedOnStandbyError, FeedPositionAheadError, FeedPositionError } from './feed.errors.js';
import { READ_FILTERED_PAGE, READ_FIRST_IN_RANGE, READ_LAST_IN_RANGE, READ_PAGE } from './feed.sql.js';
import { resolveFeedOptions, type PostgresEventFeedOptions, type ResolvedFeedOptions } from './postgres-event-feed.options.js';

/** A row of a page. */
type FeedRow = readonly [...event: EventRow, stream: string, tenant: string];

/** A stretch of settled positions that one page looks at. */
interface Range {
  readonly after: bigint;
  readonly upTo: bigint;
  readonly server: string;
}

const DEFAULT_LIMIT = 500;
const SERVER_CHANGED = 'MF002';
const LARGEST = 9_223_372_036_854_775_807n;

/**
 * The ordered feed of the events that one PostgreSQL database holds, fenced by the lock that every drawer of a position holds (see
 * {@link FeedFence}). Runs on the primary only. Many readers of one process share its looks at the database.
 *
 * `covered` never lies behind the last event that can be seen: numbers that no event has got are not passed before an event stands behind
 * them, so a restored or copied database that hands them out again hides nothing.
 */
export class PostgresEventFeed implements EventFeed {
  readonly beginning = toFeedPosition(0);
  private readonly sql: SqlExecutor;
  private readonly options: ResolvedFeedOptions;
  private readonly crashPoints: CrashPoints;
  private readonly tracker: FeedHorizonTracker;
  private readonly watcher: FeedWatcher;
  private closed = false;

  constructor(options: PostgresEventFeedOptions) {
    this.sql = options.database;
    this.options = resolveFeedOptions(options);
    this.crashPoints = options.crashPoints ?? NO_CRASH_POINTS;
    this.tracker = new FeedHorizonTracker(this.sql, options.clock, this.crashPoints);
    this.watcher = new FeedWatcher(this.tracker, options.clock, this.options, options.hints ?? []);
  }

  /** Rejects with `FEED_POSITION_AHEAD`, `FEED_SEQUENCE_BEHIND`, `FEED_ON_STANDBY`, `FEED_CLOSED` and the errors of the database. */
  async read(after: FeedPosition, options: FeedReadOptions = {}): Promise<FeedPage> {
    const position = parsePosition(after);
    try {
      return await this.readBehind(position, options);
    } catch (error) {
      if (!hasCode(error, SERVER_CHANGED)) throw error;
      this.tracker.reset();
      return this.readBehind(position, options);
    }
  }

  async horizon(): Promise<FeedHorizon> {
    this.refuseWhenClosed();
    await this.tracker.refresh();
    const { tracker } = this;
    return {
      settled: toFeedPosition(tracker.horizon?.settled ?? 0n),
      latest: toFeedPosition(tracker.latest),
      ageSeconds: tracker.ageSeconds,
      blockedBy: tracker.blockedBy,
    };
  }

  /** Resolves as soon as more is settled than before, not already with the commit. */
  changed(timeoutMs: number, signal?: AbortSignal, after?: FeedPosition): Promise<void> {
    return this.watcher.wait(timeoutMs, signal, after === undefined ? undefined : parsePosition(after));
  }

  /** Says that something may have been committed: the next look happens now. */
  hint(): void {
    this.watcher.hint();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.watcher.close();
  }

  private async readBehind(after: bigint, options: FeedReadOptions): Promise<FeedPage> {
    this.refuseWhenClosed();
    if (!this.tracker.mayHaveBehind(after)) await this.tracker.refresh();
    const horizon = this.tracker.horizon;
    if (after > this.tracker.latest) throw new FeedPositionAheadError(after, this.tracker.latest);
    if (horizon === undefined || !this.tracker.mayHaveBehind(after)) return { events: [], covered: toFeedPosition(after), more: false };
    await this.crashPoints.reach('event-sourcing.feed-page.before');
    const page = await this.page(after, horizon, options);
    await this.crashPoints.reach('event-sourcing.feed-page.after');
    return page;
  }

  private async page(after: bigint, horizon: SettledHorizon, options: FeedReadOptions): Promise<FeedPage> {
    const { limit = DEFAULT_LIMIT } = options;
    const filter = filterOf(options);
    const filtered = filter.length > 0;
    const range = this.rangeOf(after, horizon, filtered);
    // One more than wanted tells whether there is more.
    const rows = await this.rows(range, limit + 1, filter);
    const events = rows
      .slice(0, limit)
      .map(([data, metadata, head, stream, tenant]) => toRecordedEvent([data, metadata, head], stream, tenant));
    const taken = events.at(-1)?.position;
    if (rows.length > limit && taken !== undefined) return { events, covered: taken, more: true };
    return { events, ...(await this.end(range, horizon, filtered ? await this.edge(READ_LAST_IN_RANGE, range) : taken)) };
  }

  /** Where a page ends that has all there is in its range: at the range's last event. */
  private async end(
    range: Range,
    { settled }: SettledHorizon,
    last: FeedPosition | undefined,
  ): Promise<Pick<FeedPage, 'covered' | 'more'>> {
    if (range.upTo === settled) return this.atTail(range, last);
    if (last !== undefined) return { covered: last, more: true };
    const next = await this.edge(READ_FIRST_IN_RANGE, { ...range, after: range.upTo, upTo: settled });
    if (next !== undefined) return { covered: toFeedPosition(BigInt(next) - 1n), more: true };
    return this.atTail({ ...range, upTo: settled }, undefined);
  }

  private rangeOf(after: bigint, { settled, server }: SettledHorizon, filtered: boolean): Range {
    const window = after + BigInt(this.options.scanWindow);
    return { after, upTo: filtered && window < settled ? window : settled, server };
  }

  private atTail({ after, upTo }: Range, last: FeedPosition | undefined): Pick<FeedPage, 'covered' | 'more'> {
    this.tracker.noteTail(upTo, last === undefined ? after : BigInt(last));
    return { covered: last ?? toFeedPosition(after), more: false };
  }

  private async rows({ after, upTo, server }: Range, limit: number, conditions: readonly unknown[]): Promise<FeedRow[]> {
    const statement = conditions.length > 0 ? READ_FILTERED_PAGE : READ_PAGE;
    return this.query<FeedRow>(statement, [String(after), String(upTo), server, limit, ...conditions]);
  }

  private async edge(statement: typeof READ_LAST_IN_RANGE, { after, upTo, server }: Range): Promise<FeedPosition | undefined> {
    const rows = await this.query<{ edge: FeedPosition | null }>(statement, [String(after), String(upTo), server]);
    return rows[0]?.edge ?? undefined;
  }

  private async query<R extends object>(statement: SqlStatement, values: readonly unknown[]): Promise<R[]> {
    try {
      return (await this.sql.query<R>(statement, values)).rows;
    } catch (error) {
      throw isStandby(error) ? new FeedOnStandbyError({ cause: error }) : error;
    }
  }

  private refuseWhenClosed(): void {
    if (this.closed) throw new FeedClosedError();
  }
}

function parsePosition(position: FeedPosition): bigint {
  if (/^\d{1,19}$/.test(position) && BigInt(position) <= LARGEST) return BigInt(position);
  throw new FeedPositionError(String(position));
}

/** The conditions of a filtered page; empty where there are none. */
function filterOf({ types, tenant, category }: FeedReadOptions): readonly unknown[] {
  const conditions = [types ?? null, tenant ?? null, category ?? null];
  return conditions.some((one) => one !== null) ? conditions : [];
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}
