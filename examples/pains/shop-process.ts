import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Client } from 'pg';

export type Side = 'plain' | 'minos';

/** A shop of `mortal-shop.ts` and the database that outlives its processes. */
export class MortalShop {
  private readonly children: ChildProcess[] = [];

  private constructor(
    private readonly side: Side,
    private readonly database: TestDatabase,
    private readonly client: Client,
  ) {}

  static async open(side: Side): Promise<MortalShop> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('create table orders (id text); create table letters (id text)');
    return new MortalShop(side, database, client);
  }

  /** Starts a process, which kills itself at `fatal`; resolves when it takes orders. */
  async start(fatal?: 'stored' | 'handling'): Promise<ChildProcess> {
    const child = fork(join(__dirname, 'mortal-shop.ts'), [this.side, this.database.url, ...(fatal ? [fatal] : [])], {
      execArgv: ['--require', resolve(__dirname, '../../tools/testing/require-ts.cjs')],
    });
    this.children.push(child);
    await this.said(child, 'ready');
    return child;
  }

  /** Resolves when the order is placed. */
  async place(child: ChildProcess, orderId: string): Promise<void> {
    child.send(orderId);
    await this.said(child, `placed ${orderId}`);
  }

  /** Has the process place an order that is its last; resolves with the signal that ended it. */
  async placeLast(child: ChildProcess, orderId: string): Promise<unknown> {
    const exit = once(child, 'exit');
    child.send(orderId);
    const [, signal] = (await exit) as [number, NodeJS.Signals];
    return signal;
  }

  /** What is in the table, in order. */
  async rows(table: 'orders' | 'letters'): Promise<readonly string[]> {
    const { rows } = await this.client.query<{ id: string }>(`select id from ${table} order by id`);
    return rows.map(({ id }) => id);
  }

  async close(): Promise<void> {
    for (const child of this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    }
    await this.client.end();
    await this.database.drop();
  }

  private async said(child: ChildProcess, line: string): Promise<void> {
    const ended = once(child, 'exit').then(() => {
      throw new Error(`The shop ended before it said "${line}".`);
    });
    ended.catch(() => undefined);
    for (;;) {
      const [said] = (await Promise.race([once(child, 'message'), ended])) as [string];
      if (said === line) return;
    }
  }
}
