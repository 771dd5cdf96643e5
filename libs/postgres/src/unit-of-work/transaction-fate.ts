import type { Clock } from '@minos/common';
import type { SqlExecutor } from '../contracts/executor.js';
import type { DatabaseConnection } from '../database/database-connection.js';
import { CURRENT_TRANSACTION, SERVER_INCARNATION, TRANSACTION_STATUS } from './unit-of-work.sql.js';

/** By what the server knows a transaction. */
export interface TransactionMark {
  /** `undefined` where it has written nothing. */
  readonly xid: string | undefined;
  readonly incarnation: string;
}

export type TransactionFate = 'committed' | 'aborted' | 'unknown';

const PAUSE_MS = 50;
const INVALID_PARAMETER = '22023';

/** Finds out how a transaction ended whose connection was lost during COMMIT. */
export class TransactionFates {
  /** A connection does not outlive the server's run, so each is asked once. */
  private readonly incarnations = new WeakMap<object, string>();

  constructor(
    private readonly sql: SqlExecutor,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** Fails where the transaction is aborted already, which COMMIT would not say. */
  async mark(connection: DatabaseConnection): Promise<TransactionMark> {
    const { rows } = await connection.query<{ xid: string | null }>(CURRENT_TRANSACTION);
    const xid = rows[0]?.xid ?? undefined;
    return { xid, incarnation: xid === undefined ? '' : await this.incarnationOf(connection) };
  }

  /** Asks until the transaction has ended or the time is up. After a crash of the server "committed" may be said of another one. */
  async of({ xid, incarnation }: TransactionMark): Promise<TransactionFate> {
    if (xid === undefined) return 'committed';
    const deadline = this.clock.monotonic() + this.timeoutMs;
    while (this.clock.monotonic() < deadline) {
      const found = await this.ask(xid);
      const fate = found && fateOf(found.status, found.incarnation !== incarnation);
      if (fate !== undefined) return fate;
      await this.clock.sleep(PAUSE_MS);
    }
    return 'unknown';
  }

  private async ask(xid: string): Promise<{ status: string | null; incarnation: string } | undefined> {
    try {
      const { rows } = await this.sql.query<{ status: string | null; incarnation: string }>(TRANSACTION_STATUS, [xid]);
      return rows[0];
    } catch (error) {
      // "The transaction ID is in the future": the log of the lost one did not survive, and nobody has its id yet.
      if ((error as { code?: unknown }).code === INVALID_PARAMETER) return { status: 'aborted', incarnation: '' };
      return undefined;
    }
  }

  private async incarnationOf(connection: DatabaseConnection): Promise<string> {
    const known = this.incarnations.get(connection.client);
    if (known !== undefined) return known;
    const { rows } = await connection.query<{ incarnation: string }>(SERVER_INCARNATION);
    const incarnation = rows[0]?.incarnation ?? '';
    this.incarnations.set(connection.client, incarnation);
    return incarnation;
  }
}

/** `undefined`: it still runs. After a crash the id may be another's, and a log that has our COMMIT gives it to nobody else. */
function fateOf(status: string | null, crashed: boolean): TransactionFate | undefined {
  switch (status) {
    case 'aborted':
      return 'aborted';
    case 'committed':
      return crashed ? 'unknown' : 'committed';
    case 'in progress':
      return crashed ? 'aborted' : undefined;
    default:
      return 'unknown';
  }
}
