import type { JsonObject, UnitOfWork } from '@minos/common';
import { type Database, type SqlExecutor, sqlOf } from '@minos/postgres';
import type { ViewCondition, ViewQuery, ViewRow, ViewStore, ViewTable } from '../contracts/view-store.js';
import { ViewTakenError } from '../errors/view.errors.js';
import { queryText } from '../view/query-text.js';
import { clearTables, createTable, indexName, LOCK_VIEWS, OWNERS, selectOne } from './view.sql.js';
import { orderSql, SqlConditions } from './view-conditions.js';

/** Views in the schema `minos_views` of the service's own database. Rows are read as they were committed. */
export class PostgresViewStore implements ViewStore {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork?: Pick<UnitOfWork, 'current'>,
  ) {}

  /** Under one lock, in one transaction: processes of one service start together. Where nothing is missing it costs one read. */
  async prepare(tables: readonly ViewTable[]): Promise<void> {
    if (tables.length === 0 || !(await this.anyMissing(this.database, tables))) return;
    const connection = await this.database.connect({ statementTimeoutMs: 0 });
    try {
      await connection.query('begin');
      await connection.query(LOCK_VIEWS);
      // Another process may have made them meanwhile, for somebody else.
      await this.anyMissing(connection, tables);
      for (const statement of tables.flatMap(createTable)) await connection.query(statement);
      await connection.query('commit');
    } finally {
      connection.release();
    }
  }

  async get(table: string, tenant: string, key: string): Promise<JsonObject | undefined> {
    const { rows } = await this.sql().query<{ doc: JsonObject }>(selectOne(table), [tenant, queryText(key, 'the key')]);
    return rows[0]?.doc;
  }

  async find(table: string, tenant: string, { where, orderBy = [], limit, after }: ViewQuery): Promise<readonly ViewRow[]> {
    const sql = new SqlConditions();
    const conditions = [
      `tenant = ${sql.text(tenant)}`,
      ...(where === undefined ? [] : [sql.of(where)]),
      ...(after === undefined ? [] : [sql.behind(after, orderBy)]),
    ];
    const text = `select key, doc from minos_views.${table} where ${conditions.join(' and ')} order by ${orderSql(orderBy)} limit ${Number(limit)}`;
    const { rows } = await this.sql().query<{ key: string; doc: JsonObject }>(text, sql.values);
    return rows.map(({ key, doc }) => ({ key, data: doc }));
  }

  async count(table: string, tenant: string, where?: ViewCondition): Promise<number> {
    const sql = new SqlConditions();
    const conditions = [`tenant = ${sql.text(tenant)}`, ...(where === undefined ? [] : [sql.of(where)])];
    const text = `select count(*)::int as count from minos_views.${table} where ${conditions.join(' and ')}`;
    const { rows } = await this.sql().query<{ count: number }>(text, sql.values);
    return rows[0]?.count ?? 0;
  }

  async clear(tables: readonly string[]): Promise<void> {
    if (tables.length > 0) await this.database.query(clearTables(tables));
  }

  /** A unit that has a connection reads on it: a second one for each would use the pool up. */
  private sql(): SqlExecutor {
    const unit = this.unitOfWork?.current();
    return unit?.pinned ? sqlOf(unit) : this.database;
  }

  /** Whether a table or an index is missing. Rejects with `VIEW_TAKEN`. */
  private async anyMissing(sql: SqlExecutor, tables: readonly ViewTable[]): Promise<boolean> {
    const names = tables.flatMap(({ name, indexes }) => [name, ...indexes.map((fields) => indexName(name, fields))]);
    const { rows } = await sql.query<{ name: string; exists: boolean; owner: string | null }>(OWNERS, [names]);
    const owners = new Map(rows.filter(({ exists }) => exists).map(({ name, owner }) => [name, owner]));
    for (const { name, owner } of tables) {
      const found = owners.get(name) ?? owner;
      if (found !== owner) throw new ViewTakenError(name, found, owner);
    }
    return owners.size < names.length;
  }
}
