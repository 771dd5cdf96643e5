import type { PartitionRef, StoredMessage } from '../../contracts/broker.js';
import type { FetchedPartition, WireRecord } from '../client/wire.js';

export interface FetchedMessages {
  readonly messages: StoredMessage[];
  /** Where reading goes on: behind everything that was fetched, also what is not for readers. */
  readonly next: bigint;
}

/** The messages at and behind an offset. What Kafka adds beside them (the marks of transactions), and what was rolled back, is left out. */
export function recordsFrom(place: PartitionRef, fetched: FetchedPartition, from: bigint): FetchedMessages {
  const messages: StoredMessage[] = [];
  const wasRolledBack = rolledBack(fetched);
  let next = from;
  for (const record of fetched.messages) {
    const offset = BigInt(record.offset);
    const unwanted = wasRolledBack(record, offset) || record.isControlRecord === true;
    if (offset < next) continue;
    next = offset + 1n;
    if (!unwanted) messages.push(storedMessage(place, record, offset));
  }
  return { messages, next };
}

function storedMessage({ channel, partition }: PartitionRef, record: WireRecord, offset: bigint): StoredMessage {
  return {
    channel,
    partition,
    offset,
    appendedAt: Number(record.timestamp),
    key: record.key?.toString('utf8') ?? '',
    headers: headersOf(record.headers ?? {}),
    body: record.value ?? new Uint8Array(0),
  };
}

/** Of a header that stands there several times the last counts. */
function headersOf(headers: NonNullable<WireRecord['headers']>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? (value as readonly (Buffer | string)[]).at(-1) : (value as Buffer | string | undefined);
    if (last !== undefined && last !== null) texts[name] = last.toString();
  }
  return texts;
}

const ABORT = 0;
/** Type of a control record, behind its version. */
const CONTROL_TYPE_AT = 2;

/** Tells of each record, in their order, whether it belongs to a transaction that was rolled back (by another client: ours uses none). */
function rolledBack({ abortedTransactions }: FetchedPartition): (record: WireRecord, offset: bigint) => boolean {
  const coming = [...(abortedTransactions ?? [])].sort((a, b) => Number(BigInt(a.firstOffset) - BigInt(b.firstOffset)));
  const open = new Set<string>();
  return ({ batchContext, isControlRecord, key }, offset) => {
    for (let [first] = coming; first !== undefined && offset >= BigInt(first.firstOffset); [first] = coming) {
      open.add(first.producerId);
      coming.shift();
    }
    if (batchContext === undefined) return false;
    if (isControlRecord === true) {
      if (key?.readInt16BE(CONTROL_TYPE_AT) === ABORT) open.delete(batchContext.producerId);
      return true;
    }
    return batchContext.inTransaction && open.has(batchContext.producerId);
  };
}
