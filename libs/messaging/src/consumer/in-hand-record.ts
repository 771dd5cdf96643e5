import type { UnitOfWork } from '@minos/common';
import { TAKE_IN_HAND, type TakeInHand } from '../contracts/suspect-store.js';
import type { PartitionLife } from './partition-life.js';

/**
 * Offsets. Each of them is a commit less for a partition with little to do, and a message more that is handled alone after the process was killed, if it had
 * been published by then.
 */
const AHEAD = 16n;

/**
 * Records what of a partition is in hand before it is handled, so that a message that ends the process is found out. Whoever has lost the partition without knowing
 * is told by the commits of the handlers, which are fenced.
 */
export class InHandRecord {
  private upTo = -1n;

  constructor(
    private readonly life: PartitionLife,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Resolves when everything below `next` is recorded, with some that is still to come, so that not every delivery waits for a commit. */
  async cover(next: bigint): Promise<void> {
    if (next <= this.upTo) return;
    const change: TakeInHand = { kind: TAKE_IN_HAND, ...this.life.hold, upTo: next + AHEAD };
    await this.life.insist(() => this.unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' }));
    this.upTo = change.upTo;
  }
}
