import type { ResolvedGroupOptions } from '../../broker/group-options.js';
import type { PartitionRef } from '../../contracts/broker.js';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import { anyRing } from './doorbell.js';
import type { MemoryContext } from './memory-context.js';
import type { MemoryGroup, Seat } from './memory-group.js';
import { MemoryHold } from './memory-hold.js';
import { partitionName } from './partition-name.js';

/** The holds of one member, over all its sessions. */
export type Holds = Map<string, MemoryHold>;

/** A member's stay in its group: from joining until it leaves, gives up, or has not been heard for its session's time. */
export class MemorySession implements Seat {
  readonly partitions: readonly PartitionRef[];
  /** Resolves when all partitions are given back: why it ended, `undefined` where it left. Never rejects. */
  readonly ended: Promise<unknown>;
  private readonly group: MemoryGroup;
  private readonly over = new AbortController();
  private finish: (reason: unknown) => void = () => undefined;
  /** The group has it no more; the member may not know yet. */
  private lapsed = false;

  /** Throws `CHANNEL_UNKNOWN`. */
  constructor(
    private readonly context: MemoryContext,
    private readonly options: ResolvedGroupOptions,
    private readonly holds: Holds,
  ) {
    const { log } = context;
    this.partitions = [...new Set(options.channels)].flatMap((name) => log.channel(name).partitions.map(({ ref }) => ref));
    this.group = log.group(options.group);
    this.ended = new Promise((resolve) => (this.finish = resolve));
    this.group.enter(this);
    void this.watch();
  }

  give(ref: PartitionRef): void {
    const partition = this.context.log.partition(ref);
    if (partition === undefined) return;
    const before = this.holds.get(partitionName(ref))?.ended;
    const hold = new MemoryHold(this.context, this.options, partition, before, (error) => void this.end('revoked', error));
    this.holds.set(partitionName(ref), hold);
  }

  take(ref: PartitionRef): void {
    const hold = this.holds.get(partitionName(ref));
    if (this.over.signal.aborted || hold === undefined) return;
    void hold.release('revoked').then(() => this.group.release(this, ref));
  }

  /** Gives all partitions back, then leaves the group. */
  leave(): Promise<void> {
    return this.end('revoked', undefined);
  }

  /** The group drops the session at once. The member is told as soon as it can be reached. */
  lapse(): void {
    this.lapsed = true;
    this.group.leave(this);
    if (this.context.connection.isUp) void this.end('lost', lost());
  }

  private async end(how: 'revoked' | 'lost', reason: unknown): Promise<void> {
    if (this.over.signal.aborted) return;
    this.over.abort();
    const told = this.lapsed ? 'lost' : how;
    await Promise.all(this.mine().map((hold) => hold.release(told)));
    void this.leaveGroup();
    this.finish(reason);
  }

  /** The group hears of it when it can, at the latest when it has waited for the session's time. */
  private async leaveGroup(): Promise<void> {
    const { connection, clock } = this.context;
    if (!connection.isUp) {
      const timer = new AbortController();
      const reached = anyRing([connection.changed], timer.signal).then(() => timer.abort());
      await Promise.race([reached, clock.sleep(this.options.sessionTimeoutMs, timer.signal).catch(() => undefined)]);
      timer.abort();
    }
    this.group.leave(this);
  }

  private mine(): MemoryHold[] {
    return this.partitions.map((ref) => this.holds.get(partitionName(ref))).filter((hold) => hold !== undefined);
  }

  /** Lapses while the connection is cut for the session's time. */
  private async watch(): Promise<void> {
    const { connection } = this.context;
    const { signal } = this.over;
    while (!signal.aborted) {
      if (connection.isUp && this.lapsed) return this.end('lost', lost());
      const changed = anyRing([connection.changed], signal);
      if (!connection.isUp && !this.lapsed) void this.countDown(changed);
      await changed;
    }
  }

  private async countDown(changed: Promise<void>): Promise<void> {
    const timer = new AbortController();
    void changed.then(() => timer.abort());
    try {
      await this.context.clock.sleep(this.options.sessionTimeoutMs, timer.signal);
    } catch {
      return;
    }
    this.lapse();
  }
}

function lost(): BrokerUnavailableError {
  return new BrokerUnavailableError('The session has lapsed: the broker did not hear this member in time. It joins again.');
}
