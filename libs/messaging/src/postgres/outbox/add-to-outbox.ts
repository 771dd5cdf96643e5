import type { OutgoingMessage } from '../../contracts/outgoing-message.js';
import { outboxAdd, type OutboxAddOptions } from '../../outbox/outbox-add.js';
import { outboxLockKey } from '../../outbox/outbox-key.js';
import { outboxColumns } from './outbox-rows.js';
import { ADD_TO_OUTBOX } from './outbox.sql.js';

/** A connection with a transaction of yours open: a client of `pg`, TypeORM's `EntityManager` or `QueryRunner`, or anything with such a method. */
export interface TransactionClient {
  query(statement: string, values: unknown[]): Promise<unknown>;
}

/**
 * Sends messages with a transaction of your own, without a unit of work and without message classes: they leave when it commits, and are gone when it rolls
 * back. Returns their ids. One statement; it waits while another open transaction holds one of the keys, and this one holds them until its end, so add late.
 * Add all in one call: transactions that take keys in different orders deadlock. Throws what `outboxAdd` throws, before anything is sent.
 *
 * Given a pool instead of a client, the messages commit at once, whatever becomes of the transaction.
 */
export async function addToOutbox(
  client: TransactionClient,
  messages: OutgoingMessage | readonly OutgoingMessage[],
  options: OutboxAddOptions,
): Promise<readonly string[]> {
  const list: readonly OutgoingMessage[] = isList(messages) ? messages : [messages];
  const changes = list.map((message) => outboxAdd(message, options));
  if (changes.length === 0) return [];
  const locks = [...new Set(changes.map(({ channel, key }) => outboxLockKey(channel, key)))].sort();
  await client.query(ADD_TO_OUTBOX, [locks, ...outboxColumns(changes).map(({ value }) => value)]);
  return changes.map(({ messageId }) => messageId);
}

function isList(messages: OutgoingMessage | readonly OutgoingMessage[]): messages is readonly OutgoingMessage[] {
  return Array.isArray(messages);
}
