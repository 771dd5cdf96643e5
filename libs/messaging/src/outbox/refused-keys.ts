import { option, validateOptions } from '@minos/common';
import type { OutboxStore, RefusalDecision, RefusedKey, RefusedKeyDecision, RefusedKeySummary } from '../contracts/outbox-store.js';
import { RefusedKeyUnknownError } from './outbox.errors.js';

const DECISION = { oldest: option.oneOf('retry', 'discard'), by: option.string(), reason: option.string().optional() };

/** What an operator sees of keys whose messages the broker refuses, on the producer's side, and decides about them. Decisions are carried out at once. */
export class RefusedKeys {
  constructor(private readonly store: Pick<OutboxStore, 'refusedKeys' | 'release' | 'decisions'>) {}

  /** The longest refused first. */
  list(limit = 100): Promise<readonly RefusedKeySummary[]> {
    return this.store.refusedKeys(limit);
  }

  /** Lets the messages of a key leave again, with its oldest one or without it. Rejects with `REFUSED_KEY_UNKNOWN`. */
  async release({ channel, key }: Pick<RefusedKey, 'channel' | 'key'>, decision: RefusedKeyDecision): Promise<void> {
    const { oldest, by, reason } = validateOptions('RefusedKeys.release', DECISION, decision);
    const released = await this.store.release({ channel, key }, { oldest, by, ...(reason === undefined ? {} : { reason }) });
    if (!released) throw new RefusedKeyUnknownError(channel, key);
  }

  /** Who decided what, when, why, and what was discarded: the newest first. */
  audit(limit = 100): Promise<readonly RefusalDecision[]> {
    return this.store.decisions(limit);
  }
}
