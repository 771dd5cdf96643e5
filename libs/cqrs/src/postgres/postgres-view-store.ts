import type { JsonObject, UnitOfWork } from '@minos/common';
import { type Database, type SqlExecutor, sqlOf } from '@minos/postgres';
import type { RowName, ViewCondition, ViewQuery, ViewRow, ViewStore, ViewTable } from '../contracts/view-store.js';
import { ViewTakenError } from '../errors/view.errors.js';
import { permitted } from './permitted.js';
import { queryText } from '../view/query-text.js';
import { clearTables, createTable, indexName, isOpen, LOCK_VIEWS, OWNERS, pruneAll, pruneRows, selectOne } from './view.sql.js';
import { orderSql, SqlConditions } from './view-conditions.js';

/** Views in the schema `minos_views` of the service's own database. Rows are read as they were committed. */
export class PostgresViewStore implements ViewStore {
  /** What streams of the aggregates begin with whose rows a table has. */
  private readonly prefixes = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly unitOfWork?: Pick<UnitOfWork, 'current'>,
  ) {}

  /**
   * Under one lock, in one transaction: processes of one service start together. Where nothing is missing it costs one read. Rejects with `VIEW_TABLES_MISSING` where something
   * is, and the role may not make it.
   */
  async prepare(tables: readonly ViewTable[]): Promise<void> {
    if (tables.length > 0 && (await this.anyMissing(this.database, tables))) {
      await permitted(
        tables.map(({ name }) => name),
        () => this.create(tables),
      );
    }
    for (const { name, category } of tables) {
      if (category === undefined) continue;
      this.prefixes.set(name, `${category}-`);
      await this.database.query(pruneAll(name), [`${category}-`]);
    }
  }

  async get(table: string, tenant: string, key: string): Promise<JsonObject | undefined> {
    const prefix = this.prefixes.get(table);
    const values = [tenant, queryText(key, 'the key'), ...(prefix === undefined ? [] : [prefix])];
    const text = prefix === undefined ? selectOne(table) : `${selectOne(table)} and ${isOpen('$1', '$3')}`;
    const { rows } = await this.sql().query<{ doc: JsonObject }>(text, values);
    return rows[0]?.doc;
  }

  async find(table: string, tenant: string, { where, orderBy = [], limit, after }: ViewQuery): Promise<readonly ViewRow[]> {
    const sql = new SqlConditions();
    const conditions = this.conditions(sql, table, tenant, where);
    if (after !== undefined) conditions.push(sql.behind(after, orderBy));
    const text = `select key, doc from minos_views.${table} where ${conditions.join(' and ')} order by ${orderSql(orderBy)} limit ${Number(limit)}`;
    const { rows } = await this.sql().query<{ key: string; doc: JsonObject }>(text, sql.values);
    return rows.map(({ key, doc }) => ({ key, data: doc }));
  }

  async count(table: string, tenant: string, where?: ViewCondition): Promise<number> {
    const sql = new SqlConditions();
    const text = `select count(*)::int as count from minos_views.${table} where ${this.conditions(sql, table, tenant, where).join(' and ')}`;
    const { rows } = await this.sql().query<{ count: number }>(text, sql.values);
    return rows[0]?.count ?? 0;
  }

  async prune(table: string, rows: readonly RowName[]): Promise<void> {
    const prefix = this.prefixes.get(table);
    if (prefix === undefined || rows.length === 0) return;
    await this.database.query(pruneRows(table), [prefix, rows.map(({ tenant }) => tenant), rows.map(({ key }) => key)]);
  }

  async clear(tables: readonly string[]): Promise<void> {
    if (tables.length > 0) await this.database.query(clearTables(tables));
  }

  private conditions(sql: SqlConditions, table: string, tenant: string, where: ViewCondition | undefined): string[] {
    const prefix = this.prefixes.get(table);
    const own = sql.text(tenant);
    return [
      `tenant = ${own}`,
      ...(prefix === undefined ? [] : [isOpen(own, sql.text(prefix))]),
      ...(where === undefined ? [] : [sql.of(where)]),
    ];
  }

  /** A unit that has a connection reads on it: a second one for each would use the pool up. */
  private sql(): SqlExecutor {
    const unit = this.unitOfWork?.current();
    return unit?.pinned ? sqlOf(unit) : this.database;
  }

  private async create(tables: readonly ViewTable[]): Promise<void> {
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
