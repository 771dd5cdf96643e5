import { option, validateOptions } from '@minos/common';
import type { OutgoingMessage } from '../../contracts/outgoing-message.js';
import { DEFAULT_MAX_BYTES, outboxAdd } from '../../outbox/outbox-add.js';
import { outboxLockKey } from '../../outbox/outbox-key.js';
import { outboxColumns } from './outbox-rows.js';
import { ADD_TO_OUTBOX } from './outbox.sql.js';

/** A connection with a transaction of yours open: a client of `pg`, TypeORM's `EntityManager` or `QueryRunner`, or anything with such a method. */
export interface TransactionClient {
  query(statement: string, values: unknown[]): Promise<unknown>;
}

export interface TransactionOutboxOptions {
  /** Durable name of the service whose messages these are. */
  readonly source: string;
  /** Bytes of a message at the most: body, key and headers. @default 1000000 */
  readonly maxBytes?: number;
}

const FIELDS = { source: option.string(), maxBytes: option.integer({ min: 1 }).default(DEFAULT_MAX_BYTES) };

/**
 * The outbox for applications that have transactions of their own: no unit of work, no message classes, no container. Its tables are those of `MIGRATIONS`, its
 * messages leave by an `OutboxRelay`, in this process or in another one.
 */
export class TransactionOutbox {
  private readonly options: ReturnType<typeof validateOptions<typeof FIELDS>>;

  constructor(options: TransactionOutboxOptions) {
    this.options = validateOptions('TransactionOutbox', FIELDS, options);
  }

  /**
   * Sends messages with the open transaction of `client` (a client of `pg`, or TypeORM's `EntityManager` or `QueryRunner`): they leave when it commits, those of one
   * channel and key in the order of their commits, and are gone when it rolls back. Returns their ids.
   *
   * One statement. It waits while another open transaction holds one of the keys, and this one holds them until its end, so add late, and all in one call: transactions
   * that take keys in different orders deadlock. Throws `OUTBOX_MESSAGE_INVALID`, `OUTBOX_MESSAGE_TOO_LARGE` or `PAYLOAD_REFUSED` before anything is sent. Given a pool
   * instead of a client, the messages commit at once, whatever becomes of the transaction.
   */
  async add(client: TransactionClient, messages: OutgoingMessage | readonly OutgoingMessage[]): Promise<readonly string[]> {
    const list: readonly OutgoingMessage[] = isList(messages) ? messages : [messages];
    const changes = list.map((message) => outboxAdd(message, this.options));
    if (changes.length === 0) return [];
    const locks = [...new Set(changes.map(({ channel, key }) => outboxLockKey(channel, key)))].sort();
    await client.query(ADD_TO_OUTBOX, [locks, ...outboxColumns(changes).map(({ value }) => value)]);
    return changes.map(({ messageId }) => messageId);
  }
}

function isList(messages: OutgoingMessage | readonly OutgoingMessage[]): messages is readonly OutgoingMessage[] {
  return Array.isArray(messages);
}
