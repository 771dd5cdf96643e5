import type { ResolvedGroupOptions } from '../../broker/group-options.js';
import type { GroupMember, MemberState, MemberStatus, PartitionRef } from '../../contracts/broker.js';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import type { MemoryContext } from './memory-context.js';
import { MemorySession, type Holds } from './memory-session.js';
import { partitionName } from './partition-name.js';

/** One member of a group in memory. */
export class MemoryMember implements GroupMember {
  /** Resolves when it has left. */
  readonly ended: Promise<void>;
  private readonly holds: Holds = new Map();
  private readonly leaving = new AbortController();
  private session: MemorySession | undefined;
  private error: unknown;
  private hasLeft = false;

  constructor(
    private readonly context: MemoryContext,
    private readonly options: ResolvedGroupOptions,
  ) {
    this.ended = this.run();
  }

  status(): MemberStatus {
    const active = [...this.holds.values()].filter(({ isActive }) => isActive);
    const status = { state: this.state(), assignment: active.map(({ ref }) => ref), silentMs: this.context.connection.silentMs };
    return status.state === 'failed' ? { ...status, error: this.error ?? unreachable() } : status;
  }

  pause(partition: PartitionRef): void {
    this.holds.get(partitionName(partition))?.pause();
  }

  resume(partition: PartitionRef): void {
    this.holds.get(partitionName(partition))?.resume();
  }

  tell(partition: PartitionRef, next: bigint): void {
    const { connection, log } = this.context;
    const hold = this.holds.get(partitionName(partition));
    if (connection.isUp && (hold?.isActive || hold?.isPending)) log.tell(this.options.group, partition, next);
  }

  leave(): Promise<void> {
    this.leaving.abort();
    void this.session?.leave();
    return this.ended;
  }

  /** For tests: the group drops this member's session at once, as if it had not been heard for the session's time. It joins again. */
  loseSession(): void {
    this.session?.lapse();
  }

  private state(): MemberState {
    if (this.hasLeft) return 'left';
    if (this.error !== undefined || !this.context.connection.isUp) return 'failed';
    const holds = [...this.holds.values()];
    const joining = this.session === undefined || (holds.some(({ isPending }) => isPending) && !holds.some(({ isActive }) => isActive));
    return joining ? 'joining' : 'active';
  }

  private async run(): Promise<void> {
    const { clock, retryMs } = this.context;
    const { signal } = this.leaving;
    while (!signal.aborted) {
      this.error = await this.stay();
      this.session = undefined;
      if (!signal.aborted) await clock.sleep(retryMs, signal).catch(() => undefined);
    }
    this.error = undefined;
    this.hasLeft = true;
  }

  /** One session; answers why it ended. */
  private async stay(): Promise<unknown> {
    try {
      this.context.connection.assertUp();
      this.session = new MemorySession(this.context, this.options, this.holds);
      this.error = undefined;
      return await this.session.ended;
    } catch (error) {
      return error;
    }
  }
}

function unreachable(): BrokerUnavailableError {
  return new BrokerUnavailableError('The broker in memory cannot be reached: a test has disconnected it.');
}
