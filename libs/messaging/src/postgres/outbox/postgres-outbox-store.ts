import { isMinosError, LeaseLostError, NO_CRASH_POINTS, type CrashPoints, type Lease } from '@minos/common';
import { CallsTogether, plainArray, textArray, type SqlExecutor, type SqlStatement } from '@minos/postgres';
import { OUTBOX_SLOTS, type OutboxRecord } from '../../contracts/outgoing-message.js';
import type {
  OutboxProgress,
  OutboxStore,
  RefusalDecision,
  RefusedKey,
  RefusedKeyDecision,
  RefusedKeySummary,
} from '../../contracts/outbox-store.js';
import { outboxHash, slotOfHash } from '../../outbox/outbox-key.js';
import {
  FORGET_OUTBOX,
  READ_OUTBOX_PROGRESS,
  READ_REFUSED_KEYS,
  READ_UNSENT,
  READ_WAITING_SLOTS,
  REFUSE_OUTBOX_KEY,
  SLOTS_OF_A_READ,
} from './outbox.sql.js';
import { READ_REFUSAL_DECISIONS, RELEASE_OUTBOX_KEY } from './refusal-decisions.sql.js';
import { decisionOf, type DecisionRow } from './refusal-decision-row.js';

export interface PostgresOutboxStoreOptions {
  /** That of the leases. @default '' */
  readonly tenant?: string;
  readonly crashPoints?: CrashPoints;
}

/** Bytes of bodies behind which a page ends, so that a few hundred large messages do not fill the memory. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** For each of several reads that go together. */
const LEAST_PAGE_BYTES = 1024 * 1024;
/** Counting more would take longer than a health check may. */
const COUNTED_AT_MOST = 100_000;

interface Read {
  readonly slots: readonly number[];
  readonly limit: number;
  readonly without: readonly string[];
}

interface Forgetting {
  readonly records: readonly OutboxRecord[];
  readonly leases: readonly Lease[];
}

interface UnsentRow {
  /** Index of the read that it belongs to. */
  readonly read: number;
  readonly id: bigint;
  readonly message_id: string;
  readonly channel: string;
  readonly key: string;
  readonly slot: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly age_ms: number;
}

/** What `minos.check_leases` says of fences that do not hold. */
type LostLeases = readonly (readonly [lease: number, ordinal: number, reason: string, detail: { readonly epoch: string | null }])[];

/** The outbox in `minos.outbox`, filled by the change of `OutboxWriter`; its leases are those of `PostgresLeases` in the same database. */
export class PostgresOutboxStore implements OutboxStore {
  private readonly tenant: string;
  private readonly crashPoints: CrashPoints;
  private readonly reads = new CallsTogether<Read, readonly OutboxRecord[]>((reads) => this.readAll(reads));
  private readonly forgettings = new CallsTogether<Forgetting, void>(
    (forgettings) => this.forgetAll(forgettings),
    (error) => isMinosError(error, 'LEASE_LOST'),
  );

  /** `sql` is the pool, and parses `bigint` as such. */
  constructor(
    private readonly sql: SqlExecutor,
    options: PostgresOutboxStoreOptions = {},
  ) {
    this.tenant = options.tenant ?? '';
    this.crashPoints = options.crashPoints ?? NO_CRASH_POINTS;
  }

  async unsent(slots: readonly number[], limit: number, withoutChannels: readonly string[] = []): Promise<readonly OutboxRecord[]> {
    const parts = Array.from({ length: Math.ceil(slots.length / SLOTS_OF_A_READ) }, (_, part) =>
      slots.slice(part * SLOTS_OF_A_READ, (part + 1) * SLOTS_OF_A_READ),
    );
    const found = await Promise.all(parts.map((part) => this.reads.call({ slots: part, limit, without: withoutChannels })));
    return found.length === 1 ? (found[0] ?? []) : inOrder(found.flat()).slice(0, limit);
  }

  async waiting(slots: readonly number[]): Promise<readonly number[]> {
    const rows = await this.call<{ slot: number }>('outbox-waiting', READ_WAITING_SLOTS, [plainArray(slots)]);
    return rows.map(({ slot }) => slot);
  }

  forget(records: readonly OutboxRecord[], leases: readonly Lease[]): Promise<void> {
    return this.forgettings.call({ records, leases });
  }

  async refuse({ channel, key, reason }: RefusedKey, lease: Lease): Promise<void> {
    const values = [channel, key, outboxHash(channel, key), reason.replaceAll('\0', ' '), this.tenant, lease.name, lease.epoch];
    const rows = await this.call<{ lost: LostLeases | null }>('outbox-refuse', REFUSE_OUTBOX_KEY, values);
    demandHeld(rows[0]?.lost, [lease]);
  }

  async refusedKeys(limit: number): Promise<readonly RefusedKeySummary[]> {
    return (await this.call<RefusedKeySummary>('outbox-refused-keys', READ_REFUSED_KEYS, [limit])).map((row) => ({ ...row }));
  }

  async release({ channel, key }: Pick<RefusedKey, 'channel' | 'key'>, { oldest, by, reason }: RefusedKeyDecision): Promise<boolean> {
    const values = [channel, key, slotOfHash(outboxHash(channel, key)), oldest, by, reason ?? null];
    return (await this.call('outbox-release', RELEASE_OUTBOX_KEY, values)).length > 0;
  }

  async decisions(limit: number): Promise<readonly RefusalDecision[]> {
    return (await this.call<DecisionRow>('outbox-decisions', READ_REFUSAL_DECISIONS, [limit])).map(decisionOf);
  }

  async progress(): Promise<OutboxProgress> {
    const rows = await this.call<{ unsent: number; oldest: number; refused: number }>('outbox-progress', READ_OUTBOX_PROGRESS, [
      OUTBOX_SLOTS,
      COUNTED_AT_MOST,
    ]);
    const { unsent = 0, oldest = 0, refused = 0 } = rows[0] ?? {};
    return { unsent, oldestSeconds: oldest, refusedKeys: refused };
  }

  private async readAll(reads: readonly Read[]): Promise<readonly (readonly OutboxRecord[])[]> {
    const rows = await this.call<UnsentRow>('outbox-unsent', READ_UNSENT, [
      textArray(reads.map(({ slots }) => plainArray(slots))),
      plainArray(reads.map(({ limit }) => limit)),
      textArray(reads.map(({ without }) => textArray(without))),
      Math.max(LEAST_PAGE_BYTES, Math.ceil(PAGE_BYTES / reads.length)),
    ]);
    const found: OutboxRecord[][] = reads.map(() => []);
    for (const row of rows) found[row.read]?.push(toRecord(row));
    return found;
  }

  private async forgetAll(forgettings: readonly Forgetting[]): Promise<readonly void[]> {
    const records = forgettings.flatMap((one) => one.records);
    const leases = forgettings.flatMap((one) => one.leases);
    const rows = await this.call<{ lost: LostLeases | null }>('outbox-forget', FORGET_OUTBOX, [
      plainArray(records.map(({ slot }) => slot)),
      plainArray(records.map(({ id }) => String(id))),
      plainArray(leases.map((_, index) => index)),
      textArray(leases.map(() => this.tenant)),
      textArray(leases.map(({ name }) => name)),
      plainArray(leases.map(({ epoch }) => String(epoch))),
    ]);
    demandHeld(rows[0]?.lost, leases);
    return [];
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }
}

function toRecord({ id, message_id, channel, key, slot, headers, body, age_ms }: UnsentRow): OutboxRecord {
  return { id, messageId: message_id, channel, key, slot, headers, body, ageMs: age_ms };
}

function inOrder(records: readonly OutboxRecord[]): OutboxRecord[] {
  return [...records].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function demandHeld(lost: LostLeases | null | undefined, leases: readonly Lease[]): void {
  const [number, , , detail] = lost?.[0] ?? [];
  const lease = number === undefined ? undefined : leases[number];
  if (lease === undefined) return;
  throw new LeaseLostError(lease, typeof detail?.epoch === 'string' ? BigInt(detail.epoch) : undefined);
}
