import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor, SqlStatement } from '@minos/postgres';
import type {
  DueMove,
  PendingSchedule,
  ScheduleFilter,
  SchedulePage,
  ScheduleProgress,
  ScheduleStore,
} from '../../contracts/schedule-store.js';
import { LIST_SCHEDULES, MOVE_DUE_SCHEDULES, READ_SCHEDULE_PROGRESS } from './schedule.sql.js';

/** Bytes of bodies behind which a move ends. */
const MOVE_BYTES = 4 * 1024 * 1024;
/** Counting more would take longer than a health check may. */
const COUNTED_AT_MOST = 100_000;

interface MoveRow {
  readonly moved: number;
  readonly into_slots: readonly number[];
  readonly left_behind: boolean;
  readonly next_in_ms: number | null;
  readonly now_ms: number;
}

interface PendingRow extends Omit<PendingSchedule, 'dueAt' | 'scheduledAt'> {
  readonly due_ms: number;
  readonly scheduled_ms: number;
}

/** Pending messages in `minos.schedules`, written by {@link ScheduleWriter}; the outbox is `minos.outbox` in the same database. */
export class PostgresScheduleStore implements ScheduleStore {
  /** `sql` is the pool. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async moveDue(limit: number): Promise<DueMove> {
    const [row] = await this.call<MoveRow>('schedules-move', MOVE_DUE_SCHEDULES, [limit, MOVE_BYTES]);
    if (row === undefined) throw new Error('minos.move_due_schedules returned no row.');
    const { moved, into_slots: slots, left_behind: left, next_in_ms: next, now_ms: now } = row;
    return { moved, slots, left, nextInMs: next === null ? undefined : Math.max(0, next), now };
  }

  async list({ type, channel, key }: ScheduleFilter, { limit, after }: SchedulePage): Promise<readonly PendingSchedule[]> {
    const values = [type ?? null, channel ?? null, key ?? null, after?.dueAt ?? null, after?.id ?? null, limit];
    const rows = await this.call<PendingRow>('schedules-list', LIST_SCHEDULES, values);
    return rows.map(({ due_ms: due, scheduled_ms: scheduled, ...rest }) => ({
      ...rest,
      dueAt: Math.round(due),
      scheduledAt: Math.round(scheduled),
    }));
  }

  async progress(): Promise<ScheduleProgress> {
    const rows = await this.call<{ pending: number; overdue: number }>('schedules-progress', READ_SCHEDULE_PROGRESS, [COUNTED_AT_MOST]);
    return { pending: rows[0]?.pending ?? 0, overdueSeconds: rows[0]?.overdue ?? 0 };
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }
}
