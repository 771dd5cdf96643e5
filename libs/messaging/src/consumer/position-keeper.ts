import type { Clock, UnitOfWork } from '@minos/common';
import { MOVE_POSITION, type MovePosition } from '../contracts/inbox-store.js';
import { PartitionEnded, type PartitionLife } from './partition-life.js';

/** Between two moves: what is done again after a crash is known by its mark. */
const BETWEEN_MS = 500;

/** Moves the stored position of a partition behind what is done: now and then, each time as far as things stand. */
export class PositionKeeper {
  private target: bigint | undefined;
  private moving = false;
  private moved: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();

  constructor(
    private readonly life: PartitionLife,
    private readonly ports: { readonly unitOfWork: UnitOfWork; readonly clock: Clock },
    private stored: bigint | undefined,
    private readonly onMoved: (next: bigint) => void,
  ) {}

  /** As the database has it, as far as this process knows. */
  get position(): bigint | undefined {
    return this.stored;
  }

  /** As far as everything is done; it is stored soon. */
  get done(): bigint | undefined {
    return this.target ?? this.stored;
  }

  moveTo(next: bigint): void {
    if (this.target !== undefined && next <= this.target) return;
    this.target = next;
    if (!this.moving) this.moved = this.move();
  }

  /** Nothing more is done: moves as far as it goes, and resolves when that has ended. */
  async close(): Promise<void> {
    this.closing.abort();
    while (this.moving) await this.moved;
  }

  private async move(): Promise<void> {
    this.moving = true;
    try {
      while (this.target !== undefined && (this.stored === undefined || this.target > this.stored)) {
        const next = this.target;
        const change: MovePosition = { kind: MOVE_POSITION, ...this.life.hold, next };
        await this.life.insist(() => this.ports.unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' }));
        this.stored = next;
        this.onMoved(next);
        await this.ports.clock.sleep(BETWEEN_MS, this.closing.signal).catch(() => undefined);
      }
    } catch (error) {
      if (!(error instanceof PartitionEnded)) throw error;
    } finally {
      // Here and not when the promise has settled: a call that comes in between must find it ended.
      this.moving = false;
    }
  }
}
