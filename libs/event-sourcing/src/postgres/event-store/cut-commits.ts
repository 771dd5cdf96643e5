import { AwakeTime } from '@minos/common/testing';
import { Database } from '@minos/postgres';
import { cuttingProxy, type Cut } from '@minos/postgres/testing';
import { openStore, openTestingStore } from '../testing-store.js';
import {
  CREATE_EFFECTS,
  effectsTwice,
  judgeLedger,
  naiveEffect,
  newStream,
  perform,
  type CommitMode,
  type Ledger,
  type LedgerVerdict,
} from './commit-fault-kit.js';

export interface CutCommitsOptions {
  readonly mode: CommitMode;
  readonly cuts: number;
  /** Operations at once, of which the first to commit is cut. @default 4 */
  readonly atOnce?: number;
}

/** What every commit's request holds: the name of the prepared statement, or the word itself with its end. */
const COMMIT_BYTES: Readonly<Record<CommitMode, string>> = { group: 'minos_commit_', pinned: 'commit\0' };

/** Cuts the connection of commits, in turn before the request reaches the server and after it has, before the answer. */
export async function cutCommits({ mode, cuts, atOnce = 4 }: CutCommitsOptions): Promise<LedgerVerdict & { readonly longestMs: number }> {
  const direct = await openTestingStore({ database: { max: 2 } });
  await direct.database.query(CREATE_EFFECTS);
  const proxy = await cuttingProxy(direct.url);
  const opened = await openStore(proxy.url, { database: { max: 4 } });
  const streams = Array.from({ length: 3 }, newStream);
  const ledger: Ledger = new Map();
  const time = new AwakeTime();
  let longestMs = 0;
  for (let cut = 0; cut < cuts; cut++) {
    const where: Cut = cut % 2 === 0 ? 'answer' : 'request';
    const begun = time.now;
    const done = proxy.cut(where, { containing: COMMIT_BYTES[mode] });
    const operations = Array.from({ length: atOnce }, (_, index) => ({
      op: `${mode}-${cut}-${index}`,
      mode,
      stream: streams[index % streams.length] ?? newStream(),
    }));
    await Promise.all([done, ...operations.map((operation) => perform(opened, ledger, operation))]);
    longestMs = Math.max(longestMs, time.now - begun);
  }
  time.end();
  await opened.close();
  const verdict = await judgeLedger(direct.database, ledger);
  await proxy.close();
  await direct.close();
  return { ...verdict, longestMs };
}

/** The control: how often a client that tries again on a connection error does the same thing twice. */
export async function cutNaively(cuts: number): Promise<number> {
  const direct = await openTestingStore({ database: { max: 1 } });
  await direct.database.query(CREATE_EFFECTS);
  const proxy = await cuttingProxy(direct.url);
  const database = new Database({ connectionString: proxy.url, max: 1 });
  for (let cut = 0; cut < cuts; cut++) {
    const done = proxy.cut(cut % 2 === 0 ? 'answer' : 'request', { containing: 'public.effects' });
    await Promise.all([done, naiveEffect(database, `naive-${cut}`)]);
  }
  const twice = await effectsTwice(direct.database);
  await database.close();
  await proxy.close();
  await direct.close();
  return twice;
}
