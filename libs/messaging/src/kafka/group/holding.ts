import type { GroupListener, PartitionRef, StartPosition } from '../../contracts/broker.js';
import type { PartitionFlow } from '../read/partition-flow.js';

export type EndOfHolding = 'revoked' | 'lost';

/** One assignment of one partition to this member: `assigned`, deliveries, `revoked`, one call at a time. */
export class Holding {
  flow: PartitionFlow | undefined;
  private beginning: Promise<StartPosition> | undefined;
  private ending: Promise<void> | undefined;

  constructor(
    readonly place: PartitionRef,
    private readonly listener: GroupListener,
    /** Settles when the assignment of the partition before this one has ended for the listener too. */
    private readonly before: Promise<void>,
  ) {}

  /** Whether the listener has it and delivery was not stopped. */
  get isHeld(): boolean {
    return this.flow !== undefined && this.ending === undefined;
  }

  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  /** Asks the listener where to begin; `undefined` where the assignment ended before it was asked. */
  async begin(): Promise<StartPosition | undefined> {
    await this.before;
    if (this.isEnding) return undefined;
    this.beginning = Promise.resolve().then(() => this.listener.assigned(this.place));
    return this.beginning;
  }

  /** Stops delivery and tells the listener, once it knows of the assignment. Resolves when it has settled; `how` is asked at the moment of the call. */
  end(how: () => EndOfHolding): Promise<void> {
    this.ending ??= this.finish(how);
    return this.ending;
  }

  private async finish(how: () => EndOfHolding): Promise<void> {
    const stopped = this.flow?.stop();
    await this.before;
    if (this.beginning === undefined) return;
    try {
      await this.beginning;
    } catch {
      return;
    }
    await stopped;
    try {
      await this.listener.revoked(this.place, how());
    } catch {
      // As the port says: ignored.
    }
  }
}
