import { backoff } from '@minos/common';
import type { ResolvedGroupOptions } from '../../../broker/group-options.js';
import type { GroupMember, MemberStatus, PartitionRef } from '../../../contracts/broker.js';
import type { BrokerContext } from '../broker-context.js';
import { channelTopic } from '../broker-hints.js';
import { ReadLoop } from '../read-loop.js';
import { GroupSession } from './group-session.js';

const RETRY_FIRST_MS = 100;
const RETRY_LONGEST_MS = 2_000;
/** A session that lasted so long has not failed in a row. */
const SOUND_MS = 10_000;

/** A member over all of its sessions. */
export class PostgresGroupMember implements GroupMember {
  private readonly loop: ReadLoop;
  private readonly turns = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly stopListening: () => void;
  private session: GroupSession;
  private running: Promise<void> = Promise.resolve();
  private leaving: Promise<void> | undefined;
  private left = false;
  private heard = false;
  private sessionError: unknown;
  private fetchError: unknown;
  private failures = 0;
  private answeredAt: number;

  constructor(
    private readonly context: BrokerContext,
    private readonly options: ResolvedGroupOptions,
    private readonly onLeft: (member: PostgresGroupMember) => void,
  ) {
    const { clock, gateway, hints, settings } = context;
    this.answeredAt = clock.monotonic();
    this.loop = new ReadLoop({
      gateway,
      clock,
      hints,
      ...settings,
      batchSize: options.batchSize,
      onAnswer: () => this.answered(),
      onError: (error) => (this.fetchError = error),
    });
    this.stopListening = hints.on(options.channels.map(channelTopic), () => this.loop.wake());
    this.session = this.newSession();
  }

  /** Asks to join; rejects where the broker does not take the question. */
  async join(): Promise<void> {
    await this.session.join();
    this.running = this.run();
  }

  status(): MemberStatus {
    const error = this.sessionError ?? this.fetchError;
    const silentMs = this.context.clock.monotonic() - this.answeredAt;
    const assignment = this.left ? [] : this.session.assignment();
    if (this.left) return { state: 'left', assignment, silentMs };
    if (error !== undefined) return { state: 'failed', assignment, silentMs, error };
    return { state: this.heard ? 'active' : 'joining', assignment, silentMs };
  }

  pause(partition: PartitionRef): void {
    this.session.find(partition)?.pause();
  }

  resume(partition: PartitionRef): void {
    this.session.find(partition)?.resume();
  }

  tell(partition: PartitionRef, next: bigint): void {
    this.session.tell(partition, next);
  }

  leave(): Promise<void> {
    this.leaving ??= this.goAway();
    return this.leaving;
  }

  private async goAway(): Promise<void> {
    this.stopping.abort();
    await this.session.leave();
    await this.running;
    this.left = true;
    this.stopListening();
    this.onLeft(this);
    await this.loop.close();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const since = this.context.clock.monotonic();
      const reason = await this.session.finished;
      if (this.stopping.signal.aborted) return;
      if (this.context.clock.monotonic() - since > SOUND_MS) this.failures = 0;
      this.heard = false;
      await this.comeBack(reason);
    }
  }

  private async comeBack(reason: unknown): Promise<void> {
    for (let error = reason; ;) {
      this.sessionError = error;
      this.failures += 1;
      const pause = backoff(this.failures, RETRY_FIRST_MS, RETRY_LONGEST_MS);
      await this.context.clock.sleep(pause, this.stopping.signal).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      const session = this.newSession();
      try {
        await session.join();
        this.session = session;
        return this.stopping.signal.aborted ? session.leave() : undefined;
      } catch (failure) {
        error = failure;
      }
    }
  }

  private newSession(): GroupSession {
    const { context, options: group, loop, turns } = this;
    return new GroupSession({
      context,
      group,
      loop,
      turns,
      onAnswer: () => {
        this.heard = true;
        this.sessionError = undefined;
        this.answered(false);
      },
      onError: (error) => (this.sessionError = error),
    });
  }

  private answered(fetched = true): void {
    this.answeredAt = this.context.clock.monotonic();
    if (fetched) this.fetchError = undefined;
  }
}
