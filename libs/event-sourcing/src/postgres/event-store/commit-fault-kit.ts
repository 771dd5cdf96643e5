import { uuidv7 } from '@minos/common';
import { sqlOf, type Database } from '@minos/postgres';
import type { NewEvent, StreamName } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import type { openStore } from '../testing-store.js';

/** Tools of the fault tests of commits: callers that keep a ledger of what they were told, and a judge that compares it with what is stored. */

export type OpenedStore = Awaited<ReturnType<typeof openStore>>;

/** How one operation commits: in a group with others, or in a transaction of its own together with the caller's SQL. */
export type CommitMode = 'group' | 'pinned';

/** What callers were told: the operation's name, and `ok` or the code of the error. */
export type Ledger = Map<string, string>;

export interface LedgerVerdict {
  readonly acknowledged: number;
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly twice: number;
  /** Stored although the caller was told that nothing was, `OUTCOME_UNKNOWN` apart. */
  readonly denied: number;
  /** The caller's own row is there without the event, or the event without the row. */
  readonly torn: number;
  /** Streams whose versions are not 1 to n. */
  readonly gaps: number;
  readonly codes: Readonly<Record<string, number>>;
}

/** No unique key: what happens twice is seen. */
export const CREATE_EFFECTS = 'create table if not exists public.effects (op text not null)';

const INSERT_EFFECT = 'insert into public.effects (op) values ($1)';
const STORED_EVENTS = `select data ->> 'op' as op, count(*)::int as times from minos.events group by 1`;
const STORED_EFFECTS = 'select op, count(*)::int as times from public.effects group by 1';
const GAPS = `
select count(*)::int as gaps from (
  select 1 from minos.events group by tenant, stream having max(version) <> count(*) or count(distinct version) <> count(*)
) as broken`;

export const testEvent = (op: string, type = 'test.done'): NewEvent => ({ id: uuidv7(), type, schemaVersion: 1, data: { op } });

export const newStream = (): StreamName => streamName('test', uuidv7());

/** Carries out one operation once, and writes down what the caller was told. */
export async function perform(
  opened: OpenedStore,
  ledger: Ledger,
  operation: { readonly op: string; readonly mode: CommitMode; readonly stream: StreamName },
): Promise<void> {
  const { op, mode, stream } = operation;
  const append = () => opened.store.append(stream, [testEvent(op)], { expectedVersion: 'any' });
  const done =
    mode === 'group'
      ? append()
      : opened.unitOfWork.run(async (unit) => {
          await sqlOf(unit).query(INSERT_EFFECT, [op]);
          await append();
        });
  ledger.set(op, await told(done));
}

/** What a caller is told in the end. */
export async function told(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return 'ok';
  } catch (error) {
    const { code, retryable } = error as { code?: string; retryable?: boolean };
    return `${code ?? String(error)}${retryable === true ? '' : ' (not retryable)'}`;
  }
}

/** Compares the ledger with what is stored, by a connection of its own. Operations of the mode `pinned` have names that begin with it. */
export async function judgeLedger(database: Database, ledger: Ledger): Promise<LedgerVerdict> {
  const events = await timesStored(database, STORED_EVENTS);
  const effects = await timesStored(database, STORED_EFFECTS);
  const codes: Record<string, number> = {};
  const faults: Fault[] = [];
  for (const [op, code] of ledger) {
    codes[code] = (codes[code] ?? 0) + 1;
    faults.push(...faultsOf(op, code, events.get(op) ?? 0, effects.get(op) ?? 0));
  }
  const times = (fault: Fault): number => faults.filter((found) => found === fault).length;
  const { rows } = await database.query<{ gaps: number }>(GAPS);
  return {
    acknowledged: codes['ok'] ?? 0,
    lost: times('lost'),
    twice: times('twice'),
    denied: times('denied'),
    torn: times('torn'),
    gaps: rows[0]?.gaps ?? 0,
    codes,
  };
}

type Fault = 'lost' | 'twice' | 'denied' | 'torn';

function faultsOf(op: string, code: string, events: number, effects: number): Fault[] {
  const mayBeStored = code === 'ok' || code === 'OUTCOME_UNKNOWN';
  const found: Record<Fault, boolean> = {
    lost: code === 'ok' && events === 0,
    twice: Math.max(events, effects) > 1,
    denied: !mayBeStored && events > 0,
    torn: op.startsWith('pinned') && events !== effects,
  };
  return (Object.keys(found) as Fault[]).filter((fault) => found[fault]);
}

/**
 * Stops the process that writes the log from time to time: what has committed without waiting for the log, or not at all, is then lost in a crash whenever it comes.
 * Returns how to kill it, which crashes the server where that still runs, and has to be done before it can start anew.
 */
export async function haltWalWriter(database: Database): Promise<() => void> {
  const { rows } = await database.query<{ pid: number }>(`select pid from pg_stat_activity where backend_type = 'walwriter'`);
  let pid = rows[0]?.pid;
  if (pid === undefined) throw new Error('The server has no process that writes its log.');
  process.kill(pid, 'SIGSTOP');
  return () => {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    pid = undefined;
  };
}

/** A client as many are written: a connection error makes it try again. */
export async function naiveEffect(database: Database, op: string): Promise<void> {
  for (;;) {
    const outcome = await told(database.query(INSERT_EFFECT, [op]));
    if (outcome === 'ok') return;
  }
}

export async function effectsTwice(database: Database): Promise<number> {
  return [...(await timesStored(database, STORED_EFFECTS)).values()].filter((times) => times > 1).length;
}

async function timesStored(database: Database, statement: string): Promise<Map<string, number>> {
  const { rows } = await database.query<{ op: string; times: number }>(statement);
  return new Map(rows.map(({ op, times }) => [op, times]));
}
