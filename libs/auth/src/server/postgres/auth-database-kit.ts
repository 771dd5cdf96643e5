import { Database, migrate, MIGRATIONS as POSTGRES_MIGRATIONS } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from './migrations/index.js';

/** A database with the tables of the server, for one spec. */
export interface AuthDatabase {
  readonly url: string;
  readonly database: Database;
  empty(): Promise<void>;
  /** Lets time pass by making everything older. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const TABLES: Readonly<Record<string, readonly string[]>> = {
  auth_accounts: ['disabled_at', 'created_at'],
  auth_identities: [],
  auth_roles: [],
  auth_sessions: ['created_at', 'expires_at', 'idle_until', 'ended_at'],
  auth_refresh_tokens: ['used_at'],
  auth_signing_keys: ['created_at', 'active_from', 'published_until'],
  auth_service_keys: ['expires_at'],
  auth_message_keys: ['created_at'],
  auth_revocations: ['created_at'],
  auth_throttle: ['blocked_until', 'trusted_until', 'forgotten_at'],
  auth_audit: ['at'],
};

export async function openAuthDatabase(max = 5): Promise<AuthDatabase> {
  const server = await createTestDatabase();
  const database = new Database({ connectionString: server.url, max });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  return {
    url: server.url,
    database,
    empty: async () => {
      const names = Object.keys(TABLES).map((table) => `minos.${table}`);
      await database.query(`truncate ${names.join(', ')} restart identity cascade`);
    },
    pass: async (milliseconds) => {
      for (const [table, columns] of Object.entries(TABLES)) {
        const sets = columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 ms'`);
        if (sets.length > 0) await database.query(`update minos.${table} set ${sets.join(', ')}`, [milliseconds]);
      }
    },
    close: async () => {
      await database.close();
      await server.drop();
    },
  };
}
