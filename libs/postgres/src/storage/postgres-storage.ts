import { currentContext, type Leases, RepeatedWork, SystemClock, type UnitOfWork, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { Database } from '../database/database.js';
import { IdempotencyWriter } from '../idempotency/idempotency.writer.js';
import { PostgresIdempotencyStore } from '../idempotency/postgres-idempotency-store.js';
import { LeaseFenceWriter } from '../leases/lease-fence.writer.js';
import { PostgresLeases } from '../leases/postgres-leases.js';
import { MIGRATIONS } from '../migrations/postgres.migrations.js';
import { NotificationHints } from '../notifications/notification-hints.js';
import { GroupCommitter } from '../unit-of-work/group-committer.js';
import type { CommitHintSource, CommitListener } from '../unit-of-work/group-committer-options.js';
import { ChangeWriterRegistry } from '../unit-of-work/writer-registry.js';
import { defaultMigrationMode, type PostgresStorageOptions } from './postgres-storage-options.js';
import { type MigrationMode, prepareSchema } from '../migrations/prepare-schema.js';

/** The channel on which processes tell each other of commits. */
const COMMITS = 'commits';
/** Often, so that no run has many lapsed answers to delete. */
const PURGE_EVERY_MS = 600_000;

/** Everything that one service keeps on one database, opened and closed together. */
export class PostgresStorage implements CommitHintSource {
  readonly clock = new SystemClock();
  readonly writers = new ChangeWriterRegistry([new LeaseFenceWriter(), new IdempotencyWriter()]);
  readonly committer: GroupCommitter;
  readonly unitOfWork: UnitOfWork;
  readonly leases: Leases;
  readonly idempotency: PostgresIdempotencyStore;
  private readonly purge: RepeatedWork;
  private readonly commitListeners = new Set<CommitListener>();
  private readonly notifications: NotificationHints | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    readonly database: Database,
    readonly migrations: MigrationMode,
    options: PostgresStorageOptions,
  ) {
    const seam = options.crashPoints === undefined ? {} : { crashPoints: options.crashPoints };
    const onCommitted: CommitListener = (kinds) => {
      this.tellListeners(kinds);
      this.notifications?.hint(COMMITS);
    };
    this.committer = new GroupCommitter({ database, writers: this.writers, clock: this.clock, onCommitted, ...seam });
    this.unitOfWork = new UnitOfWorkEngine({
      committer: this.committer,
      clock: this.clock,
      newId: uuidv7,
      tenant: () => currentContext().tenant,
      ...seam,
    });
    this.leases = new PostgresLeases(database, seam);
    this.idempotency = new PostgresIdempotencyStore(database, options.crashPoints);
    this.purge = new RepeatedWork({ clock: this.clock, everyMs: PURGE_EVERY_MS, work: () => this.idempotency.purge() });
    this.purge.start();
    // On an adopted pool there is no address to listen at: feeds poll.
    const address = 'connectionString' in options ? options.connectionString : undefined;
    if (address !== undefined && (options.notify ?? true)) this.notifications = this.startNotifications(address);
  }

  /** Opens the pool and brings this package's own tables up to date (or checks them). Closes the pool again where that fails. */
  static async open(options: PostgresStorageOptions): Promise<PostgresStorage> {
    const { migrations = defaultMigrationMode(), notify: _, ...pool } = options;
    const database = new Database(pool);
    try {
      await prepareSchema(database, migrations, [MIGRATIONS]);
      return new PostgresStorage(database, migrations, options);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Whether commits of other processes are heard of now. */
  get connected(): boolean {
    return this.notifications?.connected ?? false;
  }

  /** Calls `listener` after commits that stored something, in this process and (late, or not at all, and without saying what) in others. Returns how to stop. */
  onHint(listener: CommitListener): () => void {
    this.commitListeners.add(listener);
    return () => void this.commitListeners.delete(listener);
  }

  tell(): void {
    this.tellListeners();
    this.notifications?.hint(COMMITS);
  }

  /** Waits for commits that are under way, then closes the pool. Idempotent. */
  close(): Promise<void> {
    this.closing ??= Promise.all([this.purge.stop(), this.committer.close()])
      .then(() => this.notifications?.close())
      .then(() => this.database.close());
    return this.closing;
  }

  private startNotifications(connectionString: string): NotificationHints {
    const notifications = new NotificationHints({ connectionString, sql: this.database, clock: this.clock, echo: false });
    notifications.on(COMMITS, () => this.tellListeners());
    notifications.start();
    return notifications;
  }

  private tellListeners(kinds?: ReadonlySet<string>): void {
    for (const listener of this.commitListeners) listener(kinds);
  }
}
