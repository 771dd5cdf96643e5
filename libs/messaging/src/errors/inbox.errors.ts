import { MinosError } from '@minos/common';
import type { PartitionHold } from '../contracts/inbox-store.js';

/** The consumer has handled this message before: nothing of the unit was stored. */
export class MessageAlreadyHandledError extends MinosError {
  readonly code = 'MESSAGE_ALREADY_HANDLED' as const;
  readonly retryable = false;

  constructor(consumer: string, messageId: string) {
    super(`The consumer "${consumer}" has handled the message ${messageId} before; nothing was stored a second time.`, {
      details: { consumer, messageId },
    });
  }
}

/** Another member has taken the partition over: nothing of the unit was stored. */
export class PartitionLostError extends MinosError {
  readonly code = 'PARTITION_LOST' as const;
  readonly retryable = false;

  constructor({ consumer, channel, partition, epoch }: PartitionHold, current?: bigint) {
    super(
      `The consumer "${consumer}" no longer holds partition ${partition} of "${channel}" with epoch ${epoch}` +
        `${current === undefined ? '' : ` (it is at ${current})`}: another member handles its messages now. Nothing was stored.`,
      { details: { consumer, channel, partition, epoch: String(epoch) } },
    );
  }
}
