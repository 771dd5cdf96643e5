import type { StoredMessage } from '../contracts/broker.js';
import { isSoundKey } from './message-soundness.js';

/**
 * A refused message is parked under a key of its own, which says where it came from and which key it named: so it holds nothing up, and what its
 * id was used for by others does not matter.
 */
export function quarantined(stored: StoredMessage): StoredMessage {
  const own = ownKey(stored);
  return { ...stored, key: isSoundKey(stored.key) ? `${own}/${stored.key}` : own };
}

export function isQuarantined(stored: StoredMessage): boolean {
  const own = ownKey(stored);
  return stored.key === own || stored.key.startsWith(`${own}/`);
}

/** The message with the key that it came with; `undefined` where that could not be kept. */
export function released(stored: StoredMessage): StoredMessage | undefined {
  const own = ownKey(stored);
  return stored.key === own ? undefined : { ...stored, key: stored.key.slice(own.length + 1) };
}

/** Names the message by its place in the broker. */
function ownKey({ partition, offset }: StoredMessage): string {
  return `refused/${partition}/${offset}`;
}
