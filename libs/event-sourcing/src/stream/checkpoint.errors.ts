import { MinosError } from '@minos/common';
import type { FeedPosition } from '../contracts/event-store.js';

/** Somebody else moved the checkpoint: another instance runs the subscription, or an operator reset it. */
export class CheckpointMovedError extends MinosError {
  readonly code = 'CHECKPOINT_MOVED' as const;
  readonly retryable = true;

  constructor(subscription: string, expected: FeedPosition | undefined, found: FeedPosition | undefined, { cause }: ErrorOptions = {}) {
    super(
      `The checkpoint of the subscription "${subscription}" was expected at ${expected ?? 'no position'} and is at ${found ?? 'no position'}: ` +
        `somebody else moved it. Load it again and go on from there.`,
      { details: { subscription, expected, found }, ...(cause === undefined ? {} : { cause }) },
    );
  }
}
