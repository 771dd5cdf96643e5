import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import { CallsTogether, type Database, type SqlExecutor } from '@minos/postgres';
import type {
  InstanceFacts,
  InstanceKey,
  KeeperFence,
  KeptInstance,
  LookOptions,
  OwnedRoute,
  RegisterOutcome,
  RegisterRequest,
  RegistryChanges,
  RegistryStore,
  StateVerdict,
  StoredState,
} from '../../contracts/index.js';
import { registerIn } from './register.js';
import {
  CHANGES_AFTER,
  CHECK_KEEPER,
  FORGET_LEFT,
  FREE_ROUTE,
  JUDGE,
  LEAVE_INSTANCE,
  LIST_ROUTES,
  LOCK_STATE,
  LOOK,
  LOOK_NEW,
  MARK_ALIVE,
  RENEW_INSTANCES,
  SET_VERSION,
} from './registry.sql.js';

export interface PostgresRegistryStoreOptions {
  /** The seam of fault tests. @default none */
  readonly crashPoints?: CrashPoints;
  /** Called after each commit that watchers may want to see. @default nothing */
  readonly onChanged?: () => void;
}

interface Renewal extends InstanceKey {
  readonly epoch: number;
  readonly leaseMs: number;
}

interface ChangeRow {
  readonly version: bigint;
  readonly floor: bigint;
  readonly service: string | null;
  readonly instance: string;
  readonly address: string;
  readonly facts: string;
  readonly state: StoredState;
  readonly change: bigint;
}

const TENANT = '';

/** In the tables `minos.registry_*`, shared by any number of registries. Heartbeats that come while one statement is on its way share the next. */
export class PostgresRegistryStore implements RegistryStore {
  private readonly crashPoints: CrashPoints;
  private readonly onChanged: () => void;
  private readonly renewals = new CallsTogether<Renewal, boolean>((asked) => this.renewAll(asked));

  constructor(
    private readonly database: Database,
    { crashPoints = NO_CRASH_POINTS, onChanged = () => undefined }: PostgresRegistryStoreOptions = {},
  ) {
    this.crashPoints = crashPoints;
    this.onChanged = onChanged;
  }

  async register(request: RegisterRequest): Promise<RegisterOutcome> {
    const outcome = await this.call('register', () => this.database.transaction((sql) => registerIn(sql, TENANT, request)));
    if (outcome.kind === 'registered') this.onChanged();
    return outcome;
  }

  renew(instances: readonly (InstanceKey & { readonly epoch: number })[], leaseMs: number): Promise<readonly boolean[]> {
    return this.call('renew', () => Promise.all(instances.map((one) => this.renewals.call({ ...one, leaseMs }))));
  }

  async leave({ service, instance }: InstanceKey, epoch: number): Promise<boolean> {
    const left = await this.change('leave', (sql, version) =>
      sql
        .query<{ seen: boolean }>(LEAVE_INSTANCE, [TENANT, instance, service, epoch, version + 1])
        .then(({ rows }) => rows.map(({ seen }) => Number(seen))),
    );
    return left > 0;
  }

  async changesAfter(version: number): Promise<RegistryChanges> {
    const { rows } = await this.call('changes', () => this.database.query<ChangeRow>(CHANGES_AFTER, [TENANT, version]));
    return {
      version: Number(rows[0]?.version ?? 0),
      floor: Number(rows[0]?.floor ?? 0),
      instances: rows.flatMap(({ service, instance, address, facts, state, change }) =>
        service === null ? [] : [{ service, instance, address, state, change: Number(change), ...(JSON.parse(facts) as InstanceFacts) }],
      ),
    };
  }

  look({ downAfterMs, leaseMs, onlyNew = false }: LookOptions): Promise<readonly KeptInstance[]> {
    return this.call('look', async () => {
      await this.database.query(MARK_ALIVE, [TENANT, downAfterMs, leaseMs]);
      const { rows } = await this.database.query<Omit<KeptInstance, 'epoch' | 'published'> & { epoch: bigint; published: string | null }>(
        onlyNew ? LOOK_NEW : LOOK,
        [TENANT],
      );
      return rows.map((row) => ({ ...row, epoch: Number(row.epoch), published: row.published ?? undefined }));
    });
  }

  judge(verdicts: readonly StateVerdict[], fence?: KeeperFence): Promise<number> {
    return this.change('judge', async (sql, version) => {
      if (fence !== undefined && !(await holds(sql, fence))) return [];
      const { rows } = await sql.query<{ seen: number }>(JUDGE, [TENANT, version, ...columnsOf(verdicts)]);
      return rows.map(({ seen }) => seen);
    });
  }

  async forget(olderThanMs: number): Promise<void> {
    await this.call('forget', () => this.database.query(FORGET_LEFT, [TENANT, olderThanMs]));
  }

  async routes(): Promise<readonly OwnedRoute[]> {
    return (await this.call('routes', () => this.database.query<OwnedRoute>(LIST_ROUTES, [TENANT]))).rows;
  }

  async freeRoute(method: string, shape: string): Promise<boolean> {
    return (await this.call('free', () => this.database.query(FREE_ROUTE, [TENANT, method, shape]))).rowCount > 0;
  }

  private async renewAll(asked: readonly Renewal[]): Promise<readonly boolean[]> {
    const { rows } = await this.database.query<{ service: string; instance: string; epoch: bigint }>(RENEW_INSTANCES, [
      TENANT,
      asked.map(({ service }) => service),
      asked.map(({ instance }) => instance),
      asked.map(({ epoch }) => epoch),
      asked[0]?.leaseMs ?? 0,
    ]);
    const known = new Set(rows.map(({ service, instance, epoch }) => JSON.stringify([service, instance, String(epoch)])));
    return asked.map(({ service, instance, epoch }) => known.has(JSON.stringify([service, instance, String(epoch)])));
  }

  /** A change of rows under the lock of the version; `work` answers for each row whether watchers see it (1) or not (0). Answers the number of rows. */
  private async change(name: string, work: (sql: SqlExecutor, version: number) => Promise<readonly number[]>): Promise<number> {
    const changed = await this.call(name, () =>
      this.database.transaction(async (sql) => {
        const { rows } = await sql.query<{ version: bigint }>(LOCK_STATE, [TENANT]);
        const version = Number(rows[0]?.version ?? 0);
        const seen = await work(sql, version);
        const visible = seen.reduce((sum, one) => sum + one, 0);
        if (visible > 0) await sql.query(SET_VERSION, [TENANT, version + visible]);
        return seen.length;
      }),
    );
    if (changed > 0) this.onChanged();
    return changed;
  }

  private async call<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.crashPoints.reach(`registry.${name}.before`);
    const result = await work();
    await this.crashPoints.reach(`registry.${name}.after`);
    return result;
  }
}

async function holds(sql: SqlExecutor, { name, epoch }: KeeperFence): Promise<boolean> {
  return (await sql.query(CHECK_KEEPER, [TENANT, name, epoch])).rows.length > 0;
}

function columnsOf(verdicts: readonly StateVerdict[]): readonly unknown[] {
  return [
    verdicts.map(({ service }) => service),
    verdicts.map(({ instance }) => instance),
    verdicts.map(({ epoch }) => epoch),
    verdicts.map(({ address }) => address),
    verdicts.map(({ state }) => state),
    verdicts.map(({ published }) => published ?? null),
    verdicts.map(({ onlyLapsed }) => onlyLapsed),
  ];
}
