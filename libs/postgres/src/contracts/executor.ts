/** One SQL statement. `name` makes it a prepared statement: the text of one name never changes. */
export interface SqlStatement {
  readonly text: string;
  readonly name?: string;
  /** Each row comes as the array of its values, which costs less than an object of them. */
  readonly rowMode?: 'array';
}

export interface SqlResult<R> {
  readonly rows: R[];
  readonly rowCount: number;
}

/** Anything that runs statements: the pool (each call may use another connection) or one transaction. */
export interface SqlExecutor {
  query<R extends object = Record<string, unknown>>(statement: string | SqlStatement, values?: readonly unknown[]): Promise<SqlResult<R>>;
}
