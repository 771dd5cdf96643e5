import { setTimeout as pause } from 'node:timers/promises';
import { AwakeTime, until } from '@minos/common/testing';
import { sqlOf } from '@minos/postgres';
import { createTestDatabase, cuttingProxy } from '@minos/postgres/testing';
import { openStore } from '../testing-store.js';
import {
  CREATE_EFFECTS,
  haltWalWriter,
  judgeLedger,
  newStream,
  perform,
  testEvent,
  told,
  type Ledger,
  type LedgerVerdict,
} from './commit-fault-kit.js';

/** A server that can be stopped in the middle of everything. */
export interface StoppableServer {
  readonly url: string;
  kill(signal?: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Resolves when it accepts connections. */
  start(): Promise<void>;
}

export interface RestartVerdict extends LedgerVerdict {
  /** The longest time that a call took in which we did not stand still ourselves. */
  readonly longestMs: number;
  /** The longest time from the server's accepting connections to the first commit. */
  readonly recoveryMs: number;
}

const CALLERS = 20;
const STREAMS = 6;

/** Callers append without a pause, half of them in transactions of their own, while the server is stopped in immediate mode and started again. */
export async function loadOverRestarts(server: StoppableServer, restarts: number): Promise<RestartVerdict> {
  const fresh = await createTestDatabase({ serverUrl: server.url });
  const opened = await openStore(fresh.url, { database: { acquireTimeoutMs: 2_000 }, committer: { outcomeTimeoutMs: 4_000 } });
  await opened.database.query(CREATE_EFFECTS);
  const streams = Array.from({ length: STREAMS }, newStream);
  const ledger: Ledger = new Map();
  const time = new AwakeTime();
  const state = { over: false, commits: 0, longestMs: 0 };
  const call = async (caller: number): Promise<void> => {
    for (let turn = 0; !state.over; turn++) {
      const mode = caller % 2 === 0 ? 'group' : 'pinned';
      const op = `${mode}-${caller}-${turn}`;
      const begun = time.now;
      await perform(opened, ledger, { op, mode, stream: streams[(caller + turn) % STREAMS] ?? newStream() });
      state.longestMs = Math.max(state.longestMs, time.now - begun);
      if (ledger.get(op) === 'ok') state.commits++;
      else await pause(5);
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, caller) => call(caller));
  let recoveryMs = 0;
  for (let restart = 0; restart < restarts; restart++) {
    await moreCommits(state, 200);
    await server.kill(restart % 2 === 0 ? 'SIGQUIT' : 'SIGKILL');
    await server.start();
    const begun = time.now;
    await moreCommits(state, 1);
    recoveryMs = Math.max(recoveryMs, time.now - begun);
  }
  await moreCommits(state, 100);
  state.over = true;
  await Promise.all(callers);
  time.end();
  const verdict = await judgeLedger(opened.database, ledger);
  await opened.close();
  await fresh.drop();
  return { ...verdict, longestMs: state.longestMs, recoveryMs };
}

async function moreCommits(state: { readonly commits: number }, count: number): Promise<void> {
  const wanted = state.commits + count;
  await until(() => state.commits >= wanted, `${count} more commits`, 120_000);
}

/**
 * The trap of asking for a transaction by its number: COMMIT never reached the server, whose log of the transaction was not yet written when it
 * crashed, and the first transaction after the restart has the same number and commits. Returns what the caller was told, and how many such
 * numbers were given twice.
 */
export async function reuseTransactionNumber(
  server: StoppableServer,
): Promise<{ readonly told: string; readonly reused: boolean; readonly stored: number }> {
  const fresh = await createTestDatabase({ serverUrl: server.url });
  const proxy = await cuttingProxy(fresh.url);
  const setUp = await openStore(fresh.url);
  await setUp.database.query(CREATE_EFFECTS);
  await setUp.database.query('checkpoint');
  const killWalWriter = await haltWalWriter(setUp.database);
  await setUp.close();
  const opened = await openStore(proxy.url, { committer: { outcomeTimeoutMs: 10_000 } });
  let lost = '';
  let restarted: Promise<string> | undefined;
  const outcome = told(
    opened.unitOfWork.run(async (unit) => {
      await sqlOf(unit).query('insert into public.effects (op) values ($1)', ['lost']);
      const { rows } = await sqlOf(unit).query<{ xid: string }>('select pg_current_xact_id()::text as xid');
      lost = rows[0]?.xid ?? '';
      restarted = proxy.cut('request', { containing: 'commit\0' }).then(() => crashAndCommit(server, fresh.url, killWalWriter));
    }),
  );
  const result = await outcome;
  const next = await restarted;
  killWalWriter();
  await opened.close();
  await proxy.close();
  const after = await openStore(fresh.url);
  const { rows } = await after.database.query(`select 1 from public.effects where op = 'lost'`);
  await after.close();
  await fresh.drop();
  return { told: result, reused: next === lost, stored: rows.length };
}

/** Stops the server, starts it, and commits one transaction; resolves with its number. */
async function crashAndCommit(server: StoppableServer, url: string, killWalWriter: () => void): Promise<string> {
  await server.kill('SIGKILL');
  killWalWriter();
  await server.start();
  const other = await openStore(url);
  const { rows } = await other.database.query<{ xid: string }>(
    `with written as (insert into public.effects (op) values ('other')) select pg_current_xact_id()::text as xid`,
  );
  await other.store.append(newStream(), [testEvent('other')], { expectedVersion: 'any' });
  await other.close();
  return rows[0]?.xid ?? '';
}
