import type { BrokerMessage } from '../contracts/broker.js';
import { MessageUnpublishableError } from '../errors/broker.errors.js';

/** Why no broker takes this message, if so. `maxBytes` limits key, headers and body together. */
export function unpublishable(message: BrokerMessage, maxBytes: number): MessageUnpublishableError | undefined {
  const { channel, key, headers, body } = message;
  const details = { channel, key };
  if (typeof key !== 'string' || key === '') {
    return new MessageUnpublishableError(`A message for the channel "${channel}" has no key. Give a text that is not empty.`, { details });
  }
  if (!(body instanceof Uint8Array)) {
    return new MessageUnpublishableError(`The body of the message "${key}" for the channel "${channel}" is no Uint8Array.`, { details });
  }
  const wrong = Object.keys(headers).find((name) => typeof headers[name] !== 'string');
  if (wrong !== undefined) {
    return new MessageUnpublishableError(`The header "${wrong}" of the message "${key}" for the channel "${channel}" is no text.`, {
      details,
    });
  }
  const bytes = sizeOf(message);
  if (bytes <= maxBytes) return undefined;
  return new MessageUnpublishableError(
    `The message "${key}" for the channel "${channel}" has ${bytes} bytes; the broker takes ${maxBytes}. Send less, or a reference to the content.`,
    { details: { ...details, bytes, maxBytes } },
  );
}

/** Bytes of key, headers and body. */
export function sizeOf({ key, headers, body }: BrokerMessage): number {
  // All headers at once: a call for each would take longer than the rest of a publish.
  const texts = Object.keys(headers).join('') + Object.values(headers).join('');
  return Buffer.byteLength(key) + body.byteLength + Buffer.byteLength(texts);
}
