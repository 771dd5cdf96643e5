import type { UnitOfWork } from '@minos/common';
import { MOVE_POSITION, type MovePosition } from '../contracts/inbox-store.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';

/** Moves the stored position of a partition behind what is done: one move at a time, each as far as things stand when it begins. */
export class PositionKeeper {
  private target: bigint | undefined;
  private moving: Promise<void> | undefined;

  constructor(
    private readonly life: PartitionLife,
    private readonly unitOfWork: UnitOfWork,
    private stored: bigint | undefined,
    private readonly onMoved: (next: bigint) => void,
  ) {}

  /** As the database has it, as far as this process knows. */
  get position(): bigint | undefined {
    return this.stored;
  }

  moveTo(next: bigint): void {
    if (this.target !== undefined && next <= this.target) return;
    this.target = next;
    this.moving ??= this.move().finally(() => (this.moving = undefined));
  }

  /** Resolves when no move is under way. */
  async settled(): Promise<void> {
    await this.moving;
  }

  private async move(): Promise<void> {
    try {
      while (this.target !== undefined && (this.stored === undefined || this.target > this.stored)) {
        const next = this.target;
        const change: MovePosition = { kind: MOVE_POSITION, ...this.life.hold, next };
        await this.life.insist(() => this.unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' }));
        this.stored = next;
        this.onMoved(next);
      }
    } catch (error) {
      if (!(error instanceof PartitionEnded)) throw error;
    }
  }
}
