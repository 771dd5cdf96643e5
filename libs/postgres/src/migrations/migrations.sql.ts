/** One number for the migrations of every Minos package; the lock is held by a session, over all of their transactions. */
export const MIGRATION_LOCK = 7_261_894_035n;

export const TAKE_MIGRATION_LOCK = 'select pg_advisory_lock($1)';

export const FIND_SCHEMA = `select to_regnamespace('minos') is not null as schema, to_regclass('minos.migrations') is not null as migrations`;

export const CREATE_SCHEMA = 'create schema if not exists minos';

export const CREATE_MIGRATIONS_TABLE = `create table if not exists minos.migrations (
  package text not null,
  id text not null,
  checksum text not null,
  applied_at timestamptz not null default clock_timestamp(),
  primary key (package, id)
)`;

export const READ_MIGRATIONS = 'select package, id, checksum, applied_at from minos.migrations order by applied_at, package, id';

export const RECORD_MIGRATION = 'insert into minos.migrations (package, id, checksum) values ($1, $2, $3)';
