import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import type { RunningPostgres } from '@minos/embedded-postgres';
import { Client } from 'pg';

/** The same for every side. The default of 1 GB would put a checkpoint into some rounds and not into others. */
const SETTINGS = { max_connections: '100', max_wal_size: '4GB', checkpoint_timeout: '30min' };

/** A server of the bench's own in a temporary folder, with fsync on. */
export class BenchServer {
  private constructor(
    private readonly postgres: RunningPostgres,
    private readonly folder: string,
    private readonly administrator: Client,
  ) {}

  /** `countStatements`: with pg_stat_statements, which costs a little for each statement. */
  static async start({ countStatements = false }: { readonly countStatements?: boolean } = {}): Promise<BenchServer> {
    const folder = mkdtempSync(join(tmpdir(), 'minos-bench-'));
    const settings = countStatements ? { ...SETTINGS, shared_preload_libraries: 'pg_stat_statements' } : SETTINGS;
    const postgres = await startPostgres({ directory: folder, fsync: true, useDatabaseUrl: false, settings });
    const administrator = new Client({ connectionString: postgres.url });
    await administrator.connect();
    return new BenchServer(postgres, folder, administrator);
  }

  get version(): string {
    return `PostgreSQL ${this.postgres.version ?? ''} (${this.postgres.source}), fsync on`;
  }

  /** A new, empty database. */
  async createDatabase(name: string): Promise<string> {
    return createDatabase(this.postgres.url, name);
  }

  async checkpoint(): Promise<void> {
    await this.administrator.query('checkpoint');
  }

  /** How many have ended since it started, in all databases. */
  async transactions(): Promise<number> {
    const { rows } = await this.administrator.query<{ ended: number }>(
      'select sum(xact_commit + xact_rollback)::float8 as ended from pg_stat_database',
    );
    return rows[0]?.ended ?? 0;
  }

  async stop(): Promise<void> {
    await this.administrator.end();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs statements on one connection of its own. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
