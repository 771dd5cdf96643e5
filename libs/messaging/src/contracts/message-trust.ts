import type { Principal } from '@minos/common';
import type { StoredMessage } from './broker.js';

/** The CloudEvents extension in which raw claims travel from a unit to the publisher of its own process. Nobody may believe it on a message that was received. */
export const PRINCIPAL_CLAIMS = 'claims';

/**
 * Whether a message that came is what it says it is. Asked before anything is made of the message. No I/O in the common case, so the answer may come at once.
 *
 * Rejections, also as throws: `PRINCIPAL_REFUSED` (no seal, or one that does not belong to exactly this message) and `PRODUCER_NOT_OWNER` (its source may not publish
 * it here) are for good; any other error means that it cannot be told now, and the same call is made again later.
 */
export interface MessageTrust {
  /** The principal that the message carries; `undefined` where messages are not signed. */
  check(message: StoredMessage): Principal | undefined | Promise<Principal | undefined>;
  /** The principal of a message that was checked before it was parked; an operator may have edited it since. */
  recall(message: StoredMessage): Principal | undefined | Promise<Principal | undefined>;
}
