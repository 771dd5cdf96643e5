import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor, SqlStatement } from '@minos/postgres';
import type { DueGrants, ResourceStore, StoredReservation } from '../../contracts/resource-store.js';
import { GRANT_DUE_RESOURCES, PURGE_RESOURCES, READ_HOLDER, READ_LINE, READ_RESERVATIONS } from './resource-reads.sql.js';

interface Row extends Omit<StoredReservation, 'until'> {
  readonly until: number | null;
}

interface GrantRow {
  readonly granted: number;
  readonly left_behind: boolean;
  readonly next_in_ms: number | null;
}

/** Reservations in `minos.reservations`, written by {@link ResourceWriter}. */
export class PostgresResourceStore implements ResourceStore {
  /** `sql` is the pool. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async holderOf(tenant: string, resource: string): Promise<StoredReservation | undefined> {
    const [row] = await this.call<Row>('resource-holder', READ_HOLDER, [tenant, resource]);
    return row && storedOf(row);
  }

  async line(tenant: string, resource: string): Promise<readonly StoredReservation[]> {
    return (await this.call<Row>('resource-line', READ_LINE, [tenant, resource])).map(storedOf);
  }

  async reservationsOf(tenant: string, holder: string): Promise<readonly StoredReservation[]> {
    return (await this.call<Row>('reservations-of', READ_RESERVATIONS, [tenant, holder])).map(storedOf);
  }

  async grantDue(limit: number): Promise<DueGrants> {
    const [row] = await this.call<GrantRow>('grant-due', GRANT_DUE_RESOURCES, [limit]);
    if (row === undefined) throw new Error('minos.grant_due_resources returned no row.');
    const { granted, left_behind: left, next_in_ms: next } = row;
    return { granted, left, nextInMs: next === null ? undefined : Math.max(0, next) };
  }

  async purgeResources(beforeMs: number, limit: number): Promise<number> {
    const [row] = await this.call<{ readonly purged: number }>('purge-resources', PURGE_RESOURCES, [beforeMs, limit]);
    return row?.purged ?? 0;
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`saga.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`saga.${what}.after`);
    return rows;
  }
}

function storedOf({ until, ...row }: Row): StoredReservation {
  return until === null ? row : { ...row, until };
}
