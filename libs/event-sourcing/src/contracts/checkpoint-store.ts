import type { Change } from '@minos/common';
import type { FeedPosition } from './event-store.js';

export const SAVE_CHECKPOINT = 'event-sourcing.checkpoint';

/** Moves a checkpoint from one position to another; refused with `CHECKPOINT_MOVED` when it is not at `from` any more. */
export interface SaveCheckpoint extends Change {
  readonly kind: typeof SAVE_CHECKPOINT;
  readonly subscription: string;
  /** `undefined`: the subscription has no checkpoint yet. */
  readonly from: FeedPosition | undefined;
  readonly to: FeedPosition;
}

/** Where each subscription stands. The change is enlisted in the unit of the effects, so both commit together. */
export interface CheckpointStore {
  load(subscription: string): Promise<FeedPosition | undefined>;
  /** Sets it without a check, for operators: a reset replays. Records nothing else. */
  reset(subscription: string, to: FeedPosition | undefined): Promise<void>;
}
