import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EVENT_DATA } from './sample-event.js';

const run = promisify(execFile);

const DEBIAN = '/usr/lib/postgresql';

/** The program, from the PATH or where Debian keeps it, or `undefined` where it is not installed. */
export function findPgbench(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...debian.map((version) => join(DEBIAN, version, 'bin'))];
  return folders.map((folder) => join(folder, 'pgbench')).find((file) => existsSync(file));
}

/** One row per transaction into a table of the same shape as the event store's, prepared statements. */
export class Pgbench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'minos-pgbench-'));
  private readonly script = join(this.folder, 'append.sql');

  constructor(
    private readonly program: string,
    private readonly url: string,
    table: string,
  ) {
    const columns = 'tenant, stream, version, id, type, schema_version, data, metadata, key_hash';
    const values = `'', 'order-' || uuidv7(), 1, uuidv7(), 'order.placed', 1, '${JSON.stringify(EVENT_DATA)}', '{}', 1`;
    writeFileSync(this.script, `insert into ${table} (${columns}) values (${values});\n`);
  }

  /** Transactions per second without the time to connect. */
  async rate(clients: number, seconds: number): Promise<number> {
    const whole = String(Math.max(1, Math.round(seconds)));
    const threads = String(Math.min(2, clients));
    const { stdout } = await run(this.program, [
      '-n',
      '-M',
      'prepared',
      '-c',
      String(clients),
      '-j',
      threads,
      '-T',
      whole,
      '-f',
      this.script,
      this.url,
    ]);
    const rate = /tps = ([\d.]+) \(without/.exec(stdout)?.[1];
    if (rate === undefined || !/number of failed transactions: 0 /.test(stdout))
      throw new Error(`pgbench did not finish cleanly:\n${stdout}`);
    return Number(rate);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
