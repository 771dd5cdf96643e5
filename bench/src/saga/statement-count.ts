import { Client } from 'pg';
import type { BenchServer } from '../server.js';
import { COUNTED_STATEMENTS } from './saga-bench.sql.js';

/** Counts SQL statements of all databases of a server, less what the services run anyway in such a time. */
export class StatementCount {
  private constructor(
    private readonly client: Client,
    /** With nothing to do. */
    private readonly idlePerSecond: number,
  ) {}

  /** `rest` lets so many seconds pass with nothing to do. */
  static async open(server: BenchServer, rest: (seconds: number) => Promise<unknown>, seconds: number): Promise<StatementCount> {
    const client = new Client({ connectionString: await server.createDatabase('statements') });
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    const count = new StatementCount(client, 0);
    const idle = await count.during(() => rest(seconds));
    return new StatementCount(client, idle / seconds);
  }

  async during(work: () => Promise<unknown>): Promise<number> {
    const [before, since] = [await this.calls(), performance.now()];
    await work();
    const seconds = (performance.now() - since) / 1000;
    return Math.max(0, (await this.calls()) - before - this.idlePerSecond * seconds);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async calls(): Promise<number> {
    const { rows } = await this.client.query<{ bench_calls: number }>(COUNTED_STATEMENTS);
    return rows[0]?.bench_calls ?? 0;
  }
}
