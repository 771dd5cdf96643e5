import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { uuidv7 } from '@minos/common';
import { until } from '@minos/common/testing';
import { MIGRATIONS as EVENT_MIGRATIONS, PostgresEventStore, StreamChangeWriter, streamName } from '@minos/event-sourcing';
import { migrate, PostgresStorage } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresProjectionControl } from '../postgres/projection/postgres-projection-control.js';
import { type ProjectionSurvey, surveyProjections } from '../postgres/projection/projection-survey.js';
import { type AccountRow, entered, type LedgerOrder } from './ledger-child-kit.js';
import { repeat, type Repetition } from './repetition-kit.js';

export interface RebuildKills {
  readonly processes: number;
  /** Events that are there when the rebuild begins. */
  readonly events: number;
  /** Kills of the process that rebuilds, each in the middle of it. */
  readonly kills: number;
  /** Crash points at which one more process dies each. */
  readonly crashAt?: readonly string[];
}

export interface RebuildVerdict {
  readonly kills: number;
  readonly events: number;
  readonly reads: number;
  /** Reads that saw fewer events counted than a read before: an empty, half-built or older view. */
  readonly stepsBack: number;
  /** Accounts whose row is not what a replay from the first event comes to. */
  readonly wrong: number;
}

type Opened = Awaited<ReturnType<typeof openLedger>>;

const KEY = { name: 'ledger', version: 1 };
const SCRIPT = resolve(__dirname, '../../dist/faults/ledger-child-kit.js');
const DEADLINE_MS = 120_000;
const ACCOUNTS = 20;
/** Fewer a second than a rebuild makes. */
const WRITE_EVERY_MS = 20;
const READ_EVERY_MS = 3;
const SUM_OF_ENTRIES = `select coalesce(sum((doc ->> 'entries')::int), 0)::int as entries from minos_views.accounts_v1`;
const ALL_EVENTS = `select stream, (data ->> 'amount')::int as amount from minos.events order by position`;
const ALL_ROWS = `select doc from minos_views.accounts_v1`;

/** Kills processes while they rebuild, under writes and reads, and judges what is served in the end. */
export function rebuildUnderKills({ processes, events, kills, crashAt = [] }: RebuildKills): Promise<RebuildVerdict> {
  return withLedger({ processes, events }, async (opened, reading) => {
    const { children } = opened;
    const writing = repeat(WRITE_EVERY_MS, (n) => write(opened, n));
    try {
      await opened.control.act(KEY, 'rebuild', { by: 'test' });
      for (let n = 0, reached = 0n; n < kills; n += 1) {
        const survey = await inTheMiddle(opened, reached);
        reached = BigInt(survey.rebuildPosition ?? 0);
        await kill(childOf(survey, children));
        await startChild(opened);
      }
      for (const point of crashAt) await crash(opened, point);
      await until(async () => (await surveyOf(opened)).rebuild === undefined, 'the rebuild to be served', DEADLINE_MS);
    } finally {
      await writing.stop();
    }
    const written = events + writing.done;
    await served(opened, written);
    await reading.stop();
    return { kills: kills + crashAt.length, events: written };
  });
}

/** The positive control: tables are emptied in place and filled anew, as is done without a rebuild. What fills them waits until they have been read. */
export function truncateInPlace(events: number): Promise<RebuildVerdict> {
  return withLedger({ processes: 1, events }, async (opened, reading) => {
    await reading.anew();
    await Promise.all([...opened.children].map(kill));
    await opened.storage.database.transaction(async (sql) => {
      await sql.query(`update minos.leases set epoch = epoch + 1, holder = '', expires_at = '-infinity'`);
      await sql.query('truncate minos_views.accounts_v1');
      await sql.query('delete from minos.checkpoints');
    });
    await reading.anew();
    await startChild(opened);
    await served(opened, events);
    await reading.stop();
    return { kills: 0, events };
  });
}

/** A ledger that is built and read without a pause; everything ends with `work`. */
async function withLedger(
  { processes, events }: Pick<RebuildKills, 'processes' | 'events'>,
  work: (opened: Opened, reading: Repetition) => Promise<Pick<RebuildVerdict, 'kills' | 'events'>>,
): Promise<RebuildVerdict> {
  const opened = await openLedger();
  const seen = { reads: 0, stepsBack: 0, highest: 0 };
  let reading: Repetition | undefined;
  try {
    for (let n = 0; n < processes; n += 1) await startChild(opened);
    await append(opened, events);
    await served(opened, events);
    reading = repeat(READ_EVERY_MS, () => read(opened, seen));
    const outcome = await work(opened, reading);
    return { ...outcome, reads: seen.reads, stepsBack: seen.stepsBack, wrong: await wrongRows(opened) };
  } finally {
    await reading?.stop();
    await Promise.all([...opened.children].map(kill));
    await opened.close();
  }
}

async function openLedger() {
  const server = await createTestDatabase();
  const storage = await PostgresStorage.open({ connectionString: server.url, max: 4, migrations: 'apply' });
  await migrate(storage.database, [EVENT_MIGRATIONS, MIGRATIONS]);
  storage.writers.register(new StreamChangeWriter());
  return {
    url: server.url,
    storage,
    store: new PostgresEventStore({ database: storage.database, unitOfWork: storage.unitOfWork }),
    children: new Set<ChildProcess>(),
    control: new PostgresProjectionControl(storage.database),
    close: async (): Promise<void> => {
      await storage.close();
      await server.drop();
    },
  };
}

async function startChild({ url, children }: Opened, order: Partial<LedgerOrder> = {}): Promise<ChildProcess> {
  const code = `void require(${JSON.stringify(SCRIPT)}).serve(${JSON.stringify({ url, ...order })})`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Lets only a process go on that dies at its crash point, then another one. */
async function crash(opened: Opened, point: string): Promise<void> {
  await Promise.all([...opened.children].map(kill));
  if ((await surveyOf(opened)).rebuild === undefined) await opened.control.act(KEY, 'rebuild', { by: 'test' });
  const victim = await startChild(opened, { crashAt: point });
  await until(() => victim.signalCode !== null, 'the crash', DEADLINE_MS);
  await startChild(opened);
}

async function surveyOf({ storage }: Opened): Promise<ProjectionSurvey> {
  const [survey] = await surveyProjections(storage.database, KEY);
  if (survey === undefined) throw new Error('the ledger is not known');
  return survey;
}

/** A rebuild that runs, and has moved on since the last kill. */
function inTheMiddle(opened: Opened, before: bigint): Promise<ProjectionSurvey> {
  const look = async (): Promise<ProjectionSurvey | false> => {
    const survey = await surveyOf(opened);
    if (survey.rebuild === undefined) throw new Error('the rebuild was over before it could be killed');
    return survey.rebuildRunner !== undefined && BigInt(survey.rebuildPosition ?? 0) > before && survey;
  };
  return until(look, 'a rebuild that runs', DEADLINE_MS);
}

/** Holders are `host:pid:random#start`. */
function childOf({ rebuildRunner = '' }: ProjectionSurvey, children: ReadonlySet<ChildProcess>): ChildProcess {
  const found = [...children].find(({ pid }) => rebuildRunner.split(':')[1] === String(pid));
  if (found === undefined) throw new Error(`no child is ${rebuildRunner}`);
  return found;
}

async function append({ store }: Opened, entries: number): Promise<void> {
  const perAccount = Math.ceil(entries / ACCOUNTS);
  for (let account = 0, left = entries; left > 0; account += 1, left -= perAccount) {
    const events = Array.from({ length: Math.min(perAccount, left) }, (_, n) => entry(account * 1_000 + n));
    await store.append(streamName('account', String(account)), events, { expectedVersion: 'any' });
  }
}

function entry(amount: number) {
  return { id: uuidv7(), type: 'entry.made', schemaVersion: 1, data: { amount } };
}

/** Until what is served has counted so many events. */
async function served(opened: Opened, events: number): Promise<void> {
  await until(async () => (await entriesServed(opened)) === events, `${events} events in the view`, DEADLINE_MS);
}

async function entriesServed({ storage }: Opened): Promise<number> {
  const { rows } = await storage.database.query<{ entries: number }>(SUM_OF_ENTRIES);
  return rows[0]?.entries ?? 0;
}

/** Events are only ever added, so a number that goes down is a view that was not whole. */
async function read(opened: Opened, seen: { reads: number; stepsBack: number; highest: number }): Promise<void> {
  const entries = await entriesServed(opened);
  seen.reads += 1;
  if (entries < seen.highest) seen.stepsBack += 1;
  seen.highest = Math.max(seen.highest, entries);
}

async function write({ store }: Opened, n: number): Promise<void> {
  await store.append(streamName('account', String(n % ACCOUNTS)), [entry(n)], { expectedVersion: 'any' });
}

async function wrongRows({ storage }: Opened): Promise<number> {
  const replay = new Map<string, AccountRow>();
  const events = await storage.database.query<{ stream: string; amount: number }>(ALL_EVENTS);
  for (const { stream, amount } of events.rows) replay.set(stream, entered(replay.get(stream), stream, amount));
  const { rows } = await storage.database.query<{ doc: AccountRow }>(ALL_ROWS);
  const found = new Map(rows.map(({ doc }) => [doc.id, doc]));
  const names = new Set([...replay.keys(), ...found.keys()]);
  return [...names].filter((name) => !isSame(replay.get(name), found.get(name))).length;
}

function isSame(one: AccountRow | undefined, other: AccountRow | undefined): boolean {
  return one?.entries === other?.entries && one?.sum === other?.sum && one?.trail === other?.trail;
}
