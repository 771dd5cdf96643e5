import { createHash } from 'node:crypto';
import type { ViewTable } from '../contracts/view-store.js';

const LOCK = 7_206_118;

export const LOCK_VIEWS = `select pg_advisory_xact_lock(${LOCK})`;

/** Who made each of these tables and indexes; null for what is not there. */
export const OWNERS = `
select name, relation is not null as exists, obj_description(relation, 'pg_class') as owner
  from unnest($1::text[]) as name, to_regclass('minos_views.' || quote_ident(name)) as relation`;

/** A field as conditions, orders and indexes see it: the same text everywhere, or no index would be used. The name was checked before. */
export function fieldSql(field: string): string {
  return `coalesce(doc -> '${field}', 'null'::jsonb)`;
}

export function indexName(table: string, fields: readonly string[]): string {
  return `${table}_${createHash('sha256').update(fields.join()).digest('hex').slice(0, 8)}`;
}

/** Names were checked by `@View`. The comment says who made the table. */
export function createTable({ name, owner, indexes }: ViewTable): string[] {
  return [
    `create table if not exists minos_views.${name} (
      tenant text collate "C" not null default '',
      key text collate "C" not null,
      doc jsonb not null,
      primary key (tenant, key)
    )`,
    `comment on table minos_views.${name} is '${owner.replaceAll("'", "''")}'`,
    ...indexes.map((fields) => {
      const columns = fields.map((field) => `(${fieldSql(field)})`).join(', ');
      return `create index if not exists ${indexName(name, fields)} on minos_views.${name} (tenant, ${columns}, key)`;
    }),
  ];
}

export function grantSchema(role: string): string {
  return `grant usage on schema minos_views to "${role}"`;
}

/** What the role of a service needs of a table. */
export function grantTable(table: string, role: string): string {
  return `grant select, insert, update, delete, truncate on minos_views.${table} to "${role}"`;
}

export function selectOne(table: string): string {
  return `select doc from minos_views.${table} where tenant = $1 and key = $2`;
}

/** That the aggregate of a row was not deleted; `prefix` is that of its stream. */
export function isOpen(tenant: string, prefix: string, key = 'key'): string {
  return `not exists (select from minos.closed_streams as closed where closed.tenant = ${tenant} and closed.stream = ${prefix} || ${key})`;
}

/** Rows of deleted aggregates, of those named. */
export function pruneRows(table: string): string {
  return `delete from minos_views.${table} as v using unnest($2::text[], $3::text[]) as r (tenant, key)
   where v.tenant = r.tenant and v.key = r.key and not ${isOpen('v.tenant', '$1', 'v.key')}`;
}

/** All rows of deleted aggregates. */
export function pruneAll(table: string): string {
  return `delete from minos_views.${table} as v using minos.closed_streams as closed
   where starts_with(closed.stream, $1) and v.tenant = closed.tenant and v.key = substr(closed.stream, length($1) + 1)`;
}

export function clearTables(tables: readonly string[]): string {
  return `truncate ${tables.map((table) => `minos_views.${table}`).join(', ')}`;
}
