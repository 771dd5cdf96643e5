import { type CrashPoints, NO_CRASH_POINTS } from '@minos/common';
import { CallsTogether, plainArray, type SqlExecutor, type SqlStatement, textArray } from '@minos/postgres';
import type { SagaInstance } from '../contracts/saga-instance.js';
import type {
  CarriedSaga,
  DueSagas,
  LoadedSaga,
  SagaCounts,
  SagaFilter,
  SagaInUse,
  SagaMail,
  SagaPage,
  SagaProgress,
  SagaStore,
  SagaSummary,
  StoredEntry,
} from '../contracts/saga-store.js';
import { READ_SAGA_COUNTS } from './saga-counts.sql.js';
import { CLAIM_DUE_SAGAS, PURGE_SAGAS, READ_SAGA_PROGRESS, READ_SAGAS_IN_USE } from './saga-due.sql.js';
import { FIND_SAGAS_BY_KEY, LIST_SAGAS, LOAD_SAGAS, READ_SAGA_JOURNAL, READ_SAGA_SUMMARY } from './saga-reads.sql.js';

/** Counting more would take longer than a health check may. */
const COUNTED_AT_MOST = 100_000;
/** Ages are read from the rows themselves, which costs more than counting along an index. */
const AGED_AT_MOST = 20_000;
const ENDED = new Set(['completed', 'compensated']);

interface LoadRow {
  readonly id: string;
  readonly data: SagaInstance;
  readonly mail: readonly SagaMail[] | null;
}

interface ClaimRow {
  readonly claimed: readonly string[];
  readonly left_behind: boolean;
  readonly next_in_ms: number | null;
  readonly now_ms: number;
}

interface SummaryRow {
  readonly data: SagaInstance;
  readonly started_ms: number;
  readonly changed_ms: number;
  readonly ended_ms: number | null;
}

interface EntryRow extends Pick<StoredEntry, 'number' | 'kind'> {
  readonly step: string | null;
  readonly data: StoredEntry['data'] | null;
  readonly at_ms: number;
}

interface KeyQuestion {
  readonly name: string;
  readonly tenant: string;
  readonly key: string;
}

/** Instances in `minos.sagas`, written by `SagaWriter`. What is asked at once is asked together. */
export class PostgresSagaStore implements SagaStore {
  private readonly loads = new CallsTogether<string, LoadedSaga | undefined>((ids) => this.loadAll(ids));
  private readonly keys = new CallsTogether<KeyQuestion, string | undefined>((questions) => this.findAll(questions));

  /** `sql` is the pool. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  load(id: string): Promise<LoadedSaga | undefined> {
    return this.loads.call(id);
  }

  findByKey(name: string, tenant: string, key: string): Promise<string | undefined> {
    return this.keys.call({ name, tenant, key });
  }

  async claimDue(carried: readonly CarriedSaga[], limit: number, leaseMs: number): Promise<DueSagas> {
    const [row] = await this.call<ClaimRow>('claim-due', CLAIM_DUE_SAGAS, [
      textArray(carried.map(({ name }) => name)),
      plainArray(carried.map(({ version }) => version)),
      textArray(carried.map(({ hash }) => hash)),
      limit,
      leaseMs,
    ]);
    if (row === undefined) throw new Error('minos.claim_due_sagas returned no row.');
    const { claimed: ids, left_behind: left, next_in_ms: next, now_ms: now } = row;
    return { ids, left, nextInMs: next === null ? undefined : Math.max(0, next), now };
  }

  async list(filter: SagaFilter, page: SagaPage): Promise<readonly SagaSummary[]> {
    return (await this.call<SummaryRow>('list', LIST_SAGAS, [...filterValues(filter), ...pageValues(page), isLive(filter)])).map(summaryOf);
  }

  async summary(id: string): Promise<SagaSummary | undefined> {
    const [row] = await this.call<SummaryRow>('summary', READ_SAGA_SUMMARY, [id]);
    return row && summaryOf(row);
  }

  async journal(id: string, after: number, limit: number): Promise<readonly StoredEntry[]> {
    const rows = await this.call<EntryRow>('journal', READ_SAGA_JOURNAL, [id, after, limit]);
    return rows.map(({ number, kind, step, data, at_ms: at }) => ({
      ...{ number, kind, at: Math.round(at) },
      ...(step === null ? {} : { step }),
      ...(data === null || data === undefined ? {} : { data }),
    }));
  }

  async inUse(): Promise<readonly SagaInUse[]> {
    return (await this.call<SagaInUse>('in-use', READ_SAGAS_IN_USE, [])).map((row) => ({ ...row }));
  }

  async progress(): Promise<SagaProgress> {
    const [row] = await this.call<SagaProgress & { overdue: number }>('progress', READ_SAGA_PROGRESS, [COUNTED_AT_MOST]);
    const { running = 0, compensating = 0, parked = 0, overdue = 0 } = row ?? {};
    return { running, compensating, parked, overdueSeconds: overdue };
  }

  async counts(): Promise<readonly SagaCounts[]> {
    return (await this.call<SagaCounts>('counts', READ_SAGA_COUNTS, [COUNTED_AT_MOST, AGED_AT_MOST])).map((row) => ({ ...row }));
  }

  async purge(endedBeforeMs: number, limit: number): Promise<number> {
    const [row] = await this.call<{ gone: number }>('purge', PURGE_SAGAS, [endedBeforeMs, limit]);
    return row?.gone ?? 0;
  }

  private async loadAll(ids: readonly string[]): Promise<readonly (LoadedSaga | undefined)[]> {
    const rows = await this.call<LoadRow>('load', LOAD_SAGAS, [plainArray(ids)]);
    const found = new Map(rows.map(({ id, data, mail }) => [id, { instance: data, mail: mail ?? [] }]));
    return ids.map((id) => found.get(id));
  }

  private async findAll(questions: readonly KeyQuestion[]): Promise<readonly (string | undefined)[]> {
    const rows = await this.call<{ place: number; id: string }>('find-by-key', FIND_SAGAS_BY_KEY, [
      textArray(questions.map(({ name }) => name)),
      textArray(questions.map(({ tenant }) => tenant)),
      textArray(questions.map(({ key }) => key)),
    ]);
    const found = new Map(rows.map(({ place, id }) => [place, id]));
    return questions.map((_, index) => found.get(index + 1));
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    const before = this.crashPoints.reach(`saga.${what}.before`);
    if (before) await before;
    const { rows } = await this.sql.query<R>(statement, values);
    const after = this.crashPoints.reach(`saga.${what}.after`);
    if (after) await after;
    return rows;
  }
}

function filterValues({ name, status, key, tenant, olderThanMs }: SagaFilter): readonly unknown[] {
  return [name, status, key, tenant, olderThanMs].map((value) => value ?? null);
}

function pageValues({ limit, after }: SagaPage): readonly unknown[] {
  return [after?.startedAt ?? null, after?.id ?? null, limit];
}

function isLive({ status }: SagaFilter): boolean {
  return status !== undefined && !ENDED.has(status);
}

function summaryOf({ data: instance, started_ms: started, changed_ms: changed, ended_ms: ended }: SummaryRow): SagaSummary {
  return {
    ...{ instance, startedAt: Math.round(started), changedAt: Math.round(changed) },
    ...(ended === null ? {} : { endedAt: Math.round(ended) }),
  };
}
