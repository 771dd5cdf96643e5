import type { MemoryChangeWriter } from '@minos/common';
import { SAVE_CHECKPOINT } from '../contracts/checkpoint-store.js';
import type { CheckpointStore, SaveCheckpoint } from '../contracts/checkpoint-store.js';
import type { FeedPosition } from '../contracts/event-store.js';
import { CheckpointMovedError } from '../stream/checkpoint.errors.js';

/** Checkpoints in the memory of the process; `writer` goes to the unit of work's committer. */
export class MemoryCheckpointStore implements CheckpointStore {
  private readonly positions = new Map<string, FeedPosition>();

  private readonly saving: MemoryChangeWriter<SaveCheckpoint> = {
    kind: SAVE_CHECKPOINT,
    apply: ({ subscription, from, to }) => {
      const found = this.positions.get(subscription);
      if (found !== from) throw new CheckpointMovedError(subscription, from, found);
      this.set(subscription, to);
      return { result: undefined, undo: () => this.set(subscription, from) };
    },
  };

  readonly writer = this.saving as MemoryChangeWriter<never>;

  async load(subscription: string): Promise<FeedPosition | undefined> {
    return this.positions.get(subscription);
  }

  async reset(subscription: string, to: FeedPosition | undefined): Promise<void> {
    this.set(subscription, to);
  }

  private set(subscription: string, to: FeedPosition | undefined): void {
    if (to === undefined) this.positions.delete(subscription);
    else this.positions.set(subscription, to);
  }
}
