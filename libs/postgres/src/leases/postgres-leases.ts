import {
  keyHash,
  leaseFence,
  NO_CRASH_POINTS,
  option,
  validateOptions,
  type CrashPoints,
  type Lease,
  type LeaseFence,
  type Leases,
} from '@minos/common';
import type { SqlExecutor, SqlStatement } from '../contracts/executor.js';
import { ACQUIRE_LEASE, LEASE_HOLDERS, RELEASE_LEASE } from './leases.sql.js';
import { LeaseRenewals } from './lease-renewals.js';

export interface PostgresLeasesOptions {
  /** @default '' */
  readonly tenant?: string;
  /** The seam of fault tests. @default none */
  readonly crashPoints?: CrashPoints;
}

const FIELDS = {
  tenant: option.custom<string>('text', (value) => typeof value === 'string').default(''),
  crashPoints: option.custom<CrashPoints>('CrashPoints', (value) => typeof value === 'object' && value !== null).default(NO_CRASH_POINTS),
};

interface LeaseRow {
  readonly epoch: bigint;
  readonly remaining: number;
}

/**
 * Leases in the table `minos.leases`, on the database's clock; every call is one statement, which renewals at about the same time share. A unit that carries the fence keeps the epoch from
 * changing until it has committed, so a new holder waits for a commit that is under way, and nobody commits after it under the old epoch.
 */
export class PostgresLeases implements Leases {
  private readonly tenant: string;
  private readonly crashPoints: CrashPoints;
  private readonly renewals: LeaseRenewals;

  /** `sql` is the pool, and parses `bigint` as such. Throws `OPTIONS_INVALID`. */
  constructor(
    private readonly sql: SqlExecutor,
    options: PostgresLeasesOptions = {},
  ) {
    const { tenant, crashPoints } = validateOptions('PostgresLeases', FIELDS, options);
    this.tenant = tenant;
    this.crashPoints = crashPoints;
    this.renewals = new LeaseRenewals(sql, tenant);
  }

  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    return this.call('acquire', ACQUIRE_LEASE, { name, holder }, [this.tenant, name, keyHash(name), holder, ttlMs]);
  }

  async renew(lease: Lease, ttlMs: number): Promise<Lease | undefined> {
    await this.crashPoints.reach('leases.renew.before');
    const renewed = await this.renewals.renew(lease, ttlMs);
    await this.crashPoints.reach('leases.renew.after');
    return renewed;
  }

  async holders(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.sql.query<{ name: string; holder: string }>(LEASE_HOLDERS, [this.tenant, names]);
    return new Map(rows.map(({ name, holder }) => [name, holder]));
  }

  async release({ name, holder, epoch }: Lease): Promise<void> {
    await this.call('release', RELEASE_LEASE, { name, holder }, [this.tenant, name, holder, epoch]);
  }

  fence(lease: Lease): LeaseFence {
    return leaseFence(lease, this.tenant);
  }

  private async call(
    what: string,
    statement: SqlStatement,
    owner: Pick<Lease, 'name' | 'holder'>,
    values: readonly unknown[],
  ): Promise<Lease | undefined> {
    await this.crashPoints.reach(`leases.${what}.before`);
    const { rows } = await this.sql.query<LeaseRow>(statement, values);
    await this.crashPoints.reach(`leases.${what}.after`);
    const row = rows[0];
    return row === undefined ? undefined : { ...owner, epoch: row.epoch, remaining: row.remaining };
  }
}
