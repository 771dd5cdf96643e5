import type { UnitOfWork } from '@minos/common';
import { sqlOf } from '@minos/postgres';
import type { Database, SqlExecutor } from '@minos/postgres';
import type {
  AppendResult,
  CloseStream,
  EventStore,
  ExpectedVersion,
  NewEvent,
  ReadOptions,
  RecordedEvent,
  StreamName,
  StreamState,
} from '../../contracts/event-store.js';
import { CLOSE_STREAM } from '../../contracts/event-store.js';
import { appendChange } from '../../stream/append-change.js';
import { enlistAppend } from '../../stream/enlist-append.js';
import { currentTenant } from '../../stream/current-tenant.js';
import { toFeedPosition } from '../../stream/feed-position.js';
import { StreamClosedError } from '../../stream/stream.errors.js';
import { READ_BACKWARD, READ_FORWARD, READ_OPEN_FORWARD, READ_STATE } from './event-store.sql.js';
import { toRecordedEvent } from '../event-row.js';
import type { EventRow } from '../event-row.js';

export interface PostgresEventStoreOptions {
  readonly database: Database;
  /** Its committer has a {@link StreamChangeWriter}. */
  readonly unitOfWork: UnitOfWork;
}

/** What the writer answers to an append. */
interface AppendedRow {
  readonly version: number;
  readonly position: string;
  readonly duplicate?: boolean;
}

type OpenRow = readonly [...event: EventRow | readonly [null, null, null], closed: boolean | null];

const HIGHEST_VERSION = Number.MAX_SAFE_INTEGER;

/** The event store on PostgreSQL. Appends go through the unit of work, which groups those of many callers; reads are single statements. */
export class PostgresEventStore implements EventStore {
  constructor(private readonly options: PostgresEventStoreOptions) {}

  async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: { readonly expectedVersion: ExpectedVersion },
  ): Promise<AppendResult | undefined> {
    const change = appendChange(stream, events, options.expectedVersion);
    // Running an append with a given expectation again could not end otherwise.
    const { result } = await this.options.unitOfWork.run((unit) => enlistAppend<AppendedRow>(unit, change), { attempts: 1 });
    if (!result) return undefined;
    return { stream, version: result.version, position: toFeedPosition(BigInt(result.position)), duplicate: result.duplicate ?? false };
  }

  async close(stream: StreamName, options: { readonly expectedVersion: ExpectedVersion }): Promise<void> {
    const change: CloseStream = { kind: CLOSE_STREAM, stream, expectedVersion: options.expectedVersion };
    await this.options.unitOfWork.run((unit) => unit.enlist(change), { attempts: 1 });
  }

  async read(stream: StreamName, options: ReadOptions = {}): Promise<RecordedEvent[]> {
    const backward = options.direction === 'backward';
    const from = options.from ?? (backward ? HIGHEST_VERSION : 1);
    const tenant = this.tenantOf(options);
    const values = [tenant, stream, from, options.limit ?? null];
    if (options.mustBeOpen && !backward) return this.readOpen(stream, tenant, values);
    if (options.mustBeOpen && (await this.state(stream, { tenant })).closed) throw new StreamClosedError(stream);
    const { rows } = await this.sql().query<EventRow>(backward ? READ_BACKWARD : READ_FORWARD, values);
    return rows.map((row) => toRecordedEvent(row, stream, tenant));
  }

  async state(stream: StreamName, options: { readonly tenant?: string } = {}): Promise<StreamState> {
    const { rows } = await this.sql().query<{ version: bigint; closed: boolean }>(READ_STATE, [this.tenantOf(options), stream]);
    return { version: Number(rows[0]?.version ?? 0n), closed: rows[0]?.closed ?? false };
  }

  private async readOpen(stream: StreamName, tenant: string, values: readonly unknown[]): Promise<RecordedEvent[]> {
    const { rows } = await this.sql().query<OpenRow>(READ_OPEN_FORWARD, values);
    const [first] = rows;
    if (first?.[3]) throw new StreamClosedError(stream);
    return first?.[2] === null ? [] : (rows as unknown as EventRow[]).map((row) => toRecordedEvent(row, stream, tenant));
  }

  /** A pinned unit reads on its own connection, where it sees what it has flushed. */
  private sql(): SqlExecutor {
    const unit = this.options.unitOfWork.current();
    return unit?.pinned ? sqlOf(unit) : this.options.database;
  }

  private tenantOf(options: { readonly tenant?: string }): string {
    return options.tenant ?? currentTenant(this.options.unitOfWork);
  }
}
