import type { BrokerMessage, PublishOutcome } from '../../contracts/broker.js';
import { MessageUnpublishableError } from '../../errors/broker.errors.js';
import type { ProducedMessage } from '../client/wire.js';

/** What a record takes beside its key, body and headers at the most: lengths, offset and time, all of variable length. */
const RECORD_OVERHEAD = 32;
const HEADER_OVERHEAD = 10;

/** Whoever waits for what comes of a message. */
export interface RecordOwner {
  /** Called once with what came of it. */
  readonly settle: (outcome: PublishOutcome) => void;
  /** Why it may not be stored any more, if so. Asked before it is sent first. */
  readonly heldBack: () => Error | undefined;
}

/** A message on its way into a partition. */
export interface OutgoingRecord extends RecordOwner {
  readonly message: ProducedMessage;
  /** Its size in a batch, a little more than exact. */
  readonly size: number;
}

/** The message as Kafka takes it, or why no broker would. */
export function recordOf(message: BrokerMessage, owner: RecordOwner): OutgoingRecord | MessageUnpublishableError {
  const fault = faultOf(message);
  if (fault !== undefined) return new MessageUnpublishableError(fault);
  const { key, headers, body } = message;
  const produced = {
    key: Buffer.from(key, 'utf8'),
    value: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers,
  };
  return { message: produced, size: sizeOf(produced), ...owner };
}

export function tooLarge(size: number, limit: number): MessageUnpublishableError {
  return new MessageUnpublishableError(
    `A message of ${size} bytes is larger than the ${limit} bytes that Kafka takes in one batch of its channel ` +
      '(max.message.bytes). Send less, send a reference, or raise the limit of the topic.',
    { details: { size, limit } },
  );
}

function faultOf({ key, headers, body }: BrokerMessage): string | undefined {
  if (typeof key !== 'string' || key === '') return 'A message needs a key that is not empty: its order is that of its key.';
  if (!(body instanceof Uint8Array)) return 'The body of a message is a Uint8Array.';
  const odd = Object.entries(headers).find(([, value]) => typeof value !== 'string');
  return odd === undefined ? undefined : `The header "${odd[0]}" of a message is no text.`;
}

function sizeOf({ key, value, headers }: ProducedMessage): number {
  let size = RECORD_OVERHEAD + key.length + value.length;
  for (const [name, text] of Object.entries(headers)) size += HEADER_OVERHEAD + Buffer.byteLength(name) + Buffer.byteLength(text);
  return size;
}
