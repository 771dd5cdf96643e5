import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from '@minos/common/testing';
import { Database, migrate } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { Client } from 'pg';
import { BROKER_MIGRATIONS } from '../postgres/broker/migrations/index.js';
import type { InboxFault } from '../postgres/request-database-kit.js';
import type { AskAgain, BrokerAddress, RequestProcessOptions, RequestReport } from './request-process-kit.js';

const MAIN = resolve(__dirname, '../../dist/request/request-process-kit.js');
const WITHIN_MS = 120_000;
const LANES = 6;
const MOST_MISSED = 20;

/** One request as its asker told of it. */
interface Told {
  readonly orderId: string;
  receipt?: number;
  code?: string;
}

/** A process of ours. */
class Worker {
  readonly told = new Map<string, Told>();
  ready = false;
  left: number | undefined;
  output = '';
  private readonly child: ChildProcess;

  constructor(readonly options: RequestProcessOptions) {
    const env = { ...process.env, MINOS_REQUEST_PROCESS: JSON.stringify(options) };
    this.child = fork(MAIN, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.on('message', (report: RequestReport) => this.note(report));
  }

  get ended(): number | NodeJS.Signals | undefined {
    return this.child.exitCode ?? this.child.signalCode ?? undefined;
  }

  get answered(): number {
    return [...this.told.values()].filter(({ receipt }) => receipt !== undefined).length;
  }

  /** Asked, and neither answered nor failed. */
  get open(): readonly AskAgain[] {
    return [...this.told].flatMap(([id, { orderId, receipt, code }]) => ((receipt ?? code) === undefined ? [{ id, orderId }] : []));
  }

  async started(): Promise<this> {
    await until(
      () => {
        if (this.ended !== undefined) throw new Error(`A process ended (${this.ended}) before it was ready:\n${this.output}`);
        return this.ready;
      },
      'a process to be ready',
      WITHIN_MS,
    );
    return this;
  }

  again(request: AskAgain): void {
    this.told.set(request.id, { orderId: request.orderId });
    this.child.send(request);
  }

  /** Sends the signal and waits for the end; what was told before has come by then. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.ended !== undefined) return;
    const closed = once(this.child, 'close');
    this.child.kill(signal);
    await Promise.race([closed, until(() => this.ended !== undefined, `the end of a process after ${signal}`, WITHIN_MS)]);
    await closed;
  }

  private note(report: RequestReport): void {
    switch (report.kind) {
      case 'ready':
        this.ready = true;
        return;
      case 'asked':
        this.told.set(report.id, { orderId: report.orderId });
        return;
      case 'answered':
        (this.told.get(report.id) as Told).receipt = report.receipt;
        return;
      case 'failed':
        (this.told.get(report.id) as Told).code = report.code;
        return;
      default:
        this.left = report.left;
    }
  }
}

/** Two services with processes of their own, over one broker. */
export class RequestCluster {
  private readonly workers: Worker[] = [];
  private readonly run = randomBytes(3).toString('hex');
  private readonly drops: (() => Promise<void>)[] = [];
  private databases: Record<'asker' | 'handler', string> = { asker: '', handler: '' };
  private broker: BrokerAddress = { kafka: [] };

  static async open(kafka?: readonly string[]): Promise<RequestCluster> {
    const cluster = new RequestCluster();
    cluster.databases = { asker: await cluster.database(), handler: await cluster.database() };
    cluster.broker = kafka === undefined ? { postgres: await cluster.brokerDatabase() } : { kafka };
    return cluster;
  }

  start(
    role: 'asker' | 'handler',
    { fault, lanes = LANES }: { readonly fault?: InboxFault; readonly lanes?: number } = {},
  ): Promise<Worker> {
    const owner = `product-${this.run}`;
    const name = role === 'handler' ? owner : `order-${this.run}`;
    const { broker } = this;
    const database = this.databases[role];
    const worker = new Worker({ role, name, owner, broker, database, lanes, ...(fault === undefined ? {} : { fault }) });
    this.workers.push(worker);
    return worker.started();
  }

  /** The receipts of each order, straight from the table. */
  async receipts(): Promise<ReadonlyMap<string, readonly number[]>> {
    const client = new Client({ connectionString: this.databases.handler });
    await client.connect();
    try {
      const { rows } = await client.query<{ order_id: string; receipts: string[] }>(
        `select split_part(text, ' ', 1) as order_id, array_agg(split_part(text, ' ', 2)) as receipts from public.reserved group by 1`,
      );
      return new Map(rows.map(({ order_id: orderId, receipts }) => [orderId, receipts.map(Number)]));
    } finally {
      await client.end();
    }
  }

  /** Every request that any process told of. */
  async verdict(): Promise<Verdict> {
    const stored = await this.receipts();
    const verdict = { asked: 0, answered: 0, failed: {} as Record<string, number>, doubled: 0, strange: 0, unstored: 0 };
    for (const receipts of stored.values()) if (receipts.length > 1) verdict.doubled += 1;
    for (const { orderId, receipt, code } of this.workers.flatMap(({ told }) => [...told.values()])) {
      verdict.asked += 1;
      if (code !== undefined) verdict.failed[code] = (verdict.failed[code] ?? 0) + 1;
      if (receipt === undefined) continue;
      verdict.answered += 1;
      const kept = stored.get(orderId);
      if (kept === undefined) verdict.unstored += 1;
      else if (kept[0] !== receipt) verdict.strange += 1;
    }
    return verdict;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end('SIGKILL')));
    for (const drop of this.drops) await drop();
  }

  private async database(): Promise<string> {
    const server = await createTestDatabase();
    this.drops.push(() => server.drop());
    return server.url;
  }

  private async brokerDatabase(): Promise<string> {
    const url = await this.database();
    const database = new Database({ connectionString: url });
    await migrate(database, [BROKER_MIGRATIONS]);
    await database.close();
    return url;
  }
}

export interface Verdict {
  readonly asked: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
  /** Orders with more than one effect. */
  readonly doubled: number;
  /** Answers that are not those of the first handling. */
  readonly strange: number;
  /** Answers without an effect. */
  readonly unstored: number;
}

/** Replaces one process after the other, askers and handlers in turn, under load. Answers how many requests were open when their askers were told to end. */
export async function restartAll(
  cluster: RequestCluster,
  restarts: number,
): Promise<{ openAtStop: number; unanswered: number; exits: unknown[] }> {
  const roles = ['handler', 'handler', 'asker', 'asker'] as const;
  const running = await Promise.all(roles.map((role) => cluster.start(role)));
  const outcome = { openAtStop: 0, unanswered: 0, exits: [] as unknown[] };
  for (let n = 0; n < restarts; n += 1) {
    const askers = running.filter(({ options }) => options.role === 'asker');
    const before = askers.map(({ answered }) => answered);
    await until(() => askers.every(({ answered }, index) => answered > (before[index] ?? 0)), 'answers to flow', WITHIN_MS);
    const place = (n * 2 + (n >> 1)) % roles.length;
    const old = running[place] as Worker;
    // The new one comes first, as in a rolling deployment.
    running[place] = await cluster.start(old.options.role);
    if (old.options.role === 'asker') await until(() => old.open.length > 0, 'a request under way', WITHIN_MS);
    outcome.openAtStop += old.open.length;
    await old.end('SIGTERM');
    outcome.unanswered += old.open.length;
    outcome.exits.push(old.ended);
  }
  for (const worker of [...running].reverse()) {
    await worker.end('SIGTERM');
    outcome.unanswered += worker.open.length;
    outcome.exits.push(worker.ended);
  }
  return outcome;
}

/** Kills askers with requests under way, and asks those again from another process until each has its reply. Answers how many that were. */
export async function killAskers(
  cluster: RequestCluster,
  kills: number,
  fault?: InboxFault,
): Promise<{ again: number; unanswered: number }> {
  const handler = await cluster.start('handler', fault === undefined ? {} : { fault });
  const second = await cluster.start('asker', { lanes: 0 });
  let again = 0;
  for (let [struck, missed] = [0, 0]; struck < kills;) {
    if (missed > MOST_MISSED) throw new Error(`${missed} askers had been answered everything before they were killed.`);
    const asker = await cluster.start('asker');
    await until(() => asker.answered >= 10 && asker.open.length > 0, 'requests to flow', WITHIN_MS);
    await asker.end('SIGKILL');
    for (const request of asker.open) second.again(request);
    again += asker.open.length;
    // What it asked may have been answered before the kill reached it.
    if (asker.open.length > 0) struck += 1;
    else missed += 1;
    await until(() => second.open.length === 0, 'what was asked again', WITHIN_MS);
  }
  const unanswered = second.told.size - second.answered;
  await second.end('SIGTERM');
  await handler.end('SIGTERM');
  return { again, unanswered };
}
