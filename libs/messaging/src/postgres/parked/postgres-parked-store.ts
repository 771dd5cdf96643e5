import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import { plainArray, type SqlExecutor, type SqlStatement } from '@minos/postgres';
import type { PartitionRef } from '../../contracts/broker.js';
import type {
  ParkedAction,
  ParkedActionFilter,
  ParkedCount,
  ParkedFilter,
  ParkedKeyRef,
  ParkedKeySummary,
  ParkedMessage,
  ParkedPlace,
  ParkedRequest,
  ParkedStore,
  ParkedTotals,
  ParkedWork,
} from '../../contracts/parked-store.js';
import {
  DUE_KEYS,
  FIRST_PARKED,
  LIST_PARKED,
  OPEN_ACTIONS,
  PARKED_ACTIONS,
  PARKED_KEYS,
  PARKED_MESSAGE,
  PARKED_MESSAGES,
  PARKED_TOTAL,
  PARKED_TOTALS,
  REQUEST_AMENDMENT,
  REQUEST_RETRY,
} from './parked-reads.sql.js';
import { actionOf, messageOf, summaryOf, type ActionRow, type MessageRow, type SummaryRow } from './parked-row.js';

/** Parked messages in `minos.parked_keys`, `minos.parked_messages` and `minos.parked_actions`; {@link ParkedWriter} writes what the owner changes. */
export class PostgresParkedStore implements ParkedStore {
  /** `sql` is the pool, and parses `bigint` as such. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  keys(consumer: string, { channel, partition }: PartitionRef): Promise<readonly ParkedCount[]> {
    return this.call<ParkedCount>('parked-keys', PARKED_KEYS, [consumer, channel, partition]);
  }

  async first({ consumer, channel, key }: ParkedKeyRef): Promise<ParkedMessage | undefined> {
    const [row] = await this.call<MessageRow>('first-parked', FIRST_PARKED, [consumer, channel, key]);
    return row && messageOf(row);
  }

  async message({ consumer, channel, key, place }: ParkedPlace): Promise<ParkedMessage | undefined> {
    const [row] = await this.call<MessageRow>('parked-message', PARKED_MESSAGE, [consumer, channel, key, place]);
    return row && messageOf(row);
  }

  async work(consumer: string, partitions: readonly PartitionRef[], limit: number): Promise<ParkedWork> {
    const values = [consumer, partitions.map(({ channel }) => channel), partitions.map(({ partition }) => partition), limit];
    const [actions, due, total] = await Promise.all([
      this.call<ActionRow>('parked-actions', OPEN_ACTIONS, values),
      this.call<ParkedKeyRef>('parked-due', DUE_KEYS, values),
      this.call<{ messages: number }>('parked-total', PARKED_TOTAL, [consumer]),
    ]);
    return { actions: actions.map(actionOf), due, messages: total[0]?.messages ?? 0 };
  }

  async list(
    filter: ParkedFilter,
    { limit, skip }: { readonly limit: number; readonly skip: number },
  ): Promise<readonly ParkedKeySummary[]> {
    const rows = await this.call<SummaryRow>('list-parked', LIST_PARKED, [...valuesOf(filter), limit, skip]);
    return rows.map(summaryOf);
  }

  async messages(
    { consumer, channel, key }: ParkedKeyRef,
    { limit, after = 0n }: { readonly limit: number; readonly after?: bigint },
  ): Promise<readonly ParkedMessage[]> {
    const rows = await this.call<MessageRow>('parked-messages', PARKED_MESSAGES, [consumer, channel, key, after, limit]);
    return rows.map(messageOf);
  }

  async totals(filter: ParkedFilter): Promise<ParkedTotals> {
    const [row] = await this.call<ParkedTotals>('parked-totals', PARKED_TOTALS, valuesOf(filter));
    return { keys: row?.keys ?? 0, messages: row?.messages ?? 0 };
  }

  async actions(
    { consumer, channel, key, by, ids }: ParkedActionFilter,
    { limit, before }: { readonly limit: number; readonly before?: bigint },
  ): Promise<readonly ParkedAction[]> {
    const wanted = [consumer, channel, key, by, ids && plainArray(ids.map(String)), before].map((value) => value ?? null);
    const rows = await this.call<ActionRow>('actions-of-parked', PARKED_ACTIONS, [...wanted, limit]);
    return rows.map(actionOf);
  }

  async request({ action, filter, place, headers, body, by, reason }: ParkedRequest): Promise<readonly bigint[]> {
    const asked = [...valuesOf(filter), by, reason ?? null];
    const amendment = [action, place ?? null, headers === undefined ? null : JSON.stringify(headers), bufferOf(body)];
    const rows =
      action === 'retry'
        ? await this.call<{ id: bigint }>('request-retry', REQUEST_RETRY, asked)
        : await this.call<{ id: bigint }>('request-amendment', REQUEST_AMENDMENT, [...asked, ...amendment]);
    return rows.map(({ id }) => id);
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }
}

function valuesOf({ consumer, channel, key, cause, type }: ParkedFilter): readonly (string | null)[] {
  return [consumer ?? null, channel ?? null, key ?? null, cause ?? null, type ?? null];
}

function bufferOf(body: Uint8Array | undefined): Buffer | null {
  return body === undefined ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
