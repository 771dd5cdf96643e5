import { randomUUID } from 'node:crypto';
import { backoff, InterruptiblePause } from '@minos/common';
import { plainArray, textArray } from '@minos/postgres';
import type { ResolvedGroupOptions } from '../../../broker/group-options.js';
import type { PartitionRef } from '../../../contracts/broker.js';
import { BrokerUnavailableError } from '../../../errors/broker.errors.js';
import type { BrokerContext } from '../broker-context.js';
import { hasState } from '../broker-gateway.js';
import { groupTopic } from '../broker-hints.js';
import { HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, RELEASE, SESSION_OVER } from '../broker.sql.js';
import type { ReadLoop } from '../read-loop.js';
import { HeldPartition, type AssignedRow } from './held-partition.js';
import { ToldPositions } from './told-positions.js';

export interface GroupSessionOptions {
  readonly context: BrokerContext;
  readonly group: ResolvedGroupOptions;
  readonly loop: ReadLoop;
  /** The last calls of each partition, over all sessions of the member. */
  readonly turns: Map<string, Promise<void>>;
  readonly onAnswer: () => void;
  readonly onError: (error: unknown) => void;
}

/** How much sooner than the broker a member counts its session as over. */
const EARLIER = 0.1;
const RETRY_FIRST_MS = 50;
const BETWEEN_MS = 5;

const keyOf = ({ channel, partition }: PartitionRef): string => `${partition}/${channel}`;

/**
 * One stay of a member in its group. It heartbeats, takes up and gives back what the answers say, and ends in one of three ways: it leaves, a listener refuses an
 * assignment, or it is lost: no heartbeat was answered for as long as a session lasts, counted by the process's own monotonic clock from before the last good one
 * was sent, so that its listener knows before anybody else is given the partitions.
 */
export class GroupSession {
  /** Resolves with why it is over; with undefined when it was left. */
  readonly finished: Promise<unknown>;
  private readonly id = randomUUID();
  private readonly held = new Map<string, HeldPartition>();
  private readonly told: ToldPositions;
  private readonly waker: InterruptiblePause;
  private readonly stopping = new AbortController();
  private finish: (reason: unknown) => void = () => undefined;
  private stopListening: () => void = () => undefined;
  private deadline = 0;
  private failures = 0;
  private leaving: Promise<void> | undefined;

  constructor(private readonly options: GroupSessionOptions) {
    const { context, group } = options;
    this.finished = new Promise((resolve) => (this.finish = resolve));
    this.told = new ToldPositions(context, group.group);
    this.waker = new InterruptiblePause(context.clock);
  }

  /** Asks to be a member, and goes on from there. Rejects where the broker does not take the question. */
  async join(): Promise<void> {
    const { context, group } = this.options;
    const sent = context.clock.monotonic();
    const { sessionTimeoutMs } = group;
    await context.gateway.call('join', JOIN_GROUP, [group.group, group.member, this.id, textArray(group.channels), sessionTimeoutMs]);
    this.prolong(sent);
    this.stopListening = context.hints.on([groupTopic(group.group)], () => this.waker.wake());
    this.hint();
    void this.watch();
    void this.beatOn();
  }

  /** What the listener has been given and still has. */
  assignment(): PartitionRef[] {
    return [...this.held.values()].filter(({ active }) => active).map(({ partition }) => partition);
  }

  find(partition: PartitionRef): HeldPartition | undefined {
    const held = this.held.get(keyOf(partition));
    return held?.stopping === true ? undefined : held;
  }

  tell(partition: PartitionRef, next: bigint): void {
    const held = this.find(partition);
    if (held !== undefined) this.told.tell(held, next);
  }

  /** Gives everything back, waiting for the listener up to the grace, then leaves the group. Never rejects. */
  leave(reason?: unknown): Promise<void> {
    this.leaving ??= this.over ? Promise.resolve() : this.giveUp(reason);
    return this.leaving;
  }

  private get over(): boolean {
    return this.stopping.signal.aborted;
  }

  private prolong(sent: number): void {
    this.deadline = sent + this.options.group.sessionTimeoutMs * (1 - EARLIER);
  }

  private async watch(): Promise<void> {
    const { clock } = this.options.context;
    while (!this.over) {
      const left = this.deadline - clock.monotonic();
      if (left <= 0) return this.lose(this.lapsed());
      await clock.sleep(left, this.stopping.signal).catch(() => undefined);
    }
  }

  private async beatOn(): Promise<void> {
    const { context, group } = this.options;
    const { heartbeatMs, hintedPauseMs } = context.settings;
    while (!this.over) {
      const every = Math.min(context.hints.connected ? Math.max(heartbeatMs, hintedPauseMs) : heartbeatMs, group.sessionTimeoutMs / 4);
      this.waker.reset();
      await this.beat();
      if (this.over) return;
      // Many hints in a short time are one look.
      await context.clock.sleep(BETWEEN_MS, this.stopping.signal).catch(() => undefined);
      if (!this.over) await this.waker.wait(this.failures > 0 ? backoff(this.failures, RETRY_FIRST_MS, every) : every);
    }
  }

  private async beat(): Promise<void> {
    const { context, group, onAnswer, onError } = this.options;
    const sent = context.clock.monotonic();
    try {
      const values = [group.group, group.member, this.id, group.sessionTimeoutMs, this.leaving !== undefined];
      const rows = await context.gateway.call<AssignedRow>('heartbeat', HEARTBEAT, values);
      if (this.over) return;
      this.prolong(sent);
      this.failures = 0;
      onAnswer();
      if (this.leaving === undefined) this.apply(rows);
    } catch (error) {
      if (this.over) return;
      if (hasState(error, SESSION_OVER)) return this.lose(error);
      this.failures += 1;
      onError(error);
    }
  }

  private apply(rows: readonly AssignedRow[]): void {
    const named = new Set(rows.map(keyOf));
    for (const [key, held] of this.held) if (!named.has(key) && !held.releasing) this.drop(key, held);
    for (const row of rows) this.applyRow(keyOf(row), row);
  }

  private applyRow(key: string, row: AssignedRow): void {
    const held = this.held.get(key);
    if (held !== undefined && held.epoch !== row.epoch) this.drop(key, held);
    const ours = this.held.get(key);
    if (!row.giving_back) {
      if (ours === undefined) this.take(key, row);
    } else if (ours === undefined) void this.release(row.channel_id, row.partition, row.epoch).catch(() => undefined);
    else if (!ours.releasing) void this.giveBack(key, ours);
  }

  private take(key: string, row: AssignedRow): void {
    const { context, loop, group, turns } = this.options;
    const before = turns.get(key) ?? Promise.resolve();
    const held = new HeldPartition({ context, loop, listener: group.listener, row, before });
    this.held.set(key, held);
    held.started().catch((error: unknown) => {
      if (!held.stopping) void this.leave(error);
    });
  }

  /** Not ours any more without having been given back. */
  private drop(key: string, held: HeldPartition): void {
    this.held.delete(key);
    void this.stop(key, held, 'lost');
  }

  private async giveBack(key: string, held: HeldPartition): Promise<void> {
    held.releasing = true;
    await this.orGrace(this.stop(key, held, 'revoked'));
    await this.told.flush();
    if (this.over || this.leaving !== undefined) return;
    try {
      await this.release(held.channelId, held.partition.partition, held.epoch);
      if (this.held.get(key) === held) this.held.delete(key);
      this.hint();
    } catch {
      // The next heartbeat asks for it again.
      held.releasing = false;
    }
  }

  private async release(channelId: number, partition: number, epoch: bigint): Promise<void> {
    const values = [this.options.group.group, plainArray([channelId]), plainArray([partition]), plainArray([String(epoch)])];
    await this.options.context.gateway.call('release', RELEASE, values);
  }

  /** The next assignment of this partition waits for what this returns. */
  private stop(key: string, held: HeldPartition, how: 'revoked' | 'lost'): Promise<void> {
    const stopped = held.stop(how);
    this.options.turns.set(key, stopped);
    return stopped;
  }

  private lose(error: unknown): void {
    if (this.over) return;
    this.end();
    for (const [key, held] of this.held) void this.stop(key, held, 'lost');
    this.held.clear();
    this.finish(error);
  }

  /** Heartbeats go on meanwhile, so that nobody takes over what the listener has not let go. */
  private async giveUp(reason: unknown): Promise<void> {
    const stops = [...this.held].map(([key, held]) => this.stop(key, held, 'revoked'));
    await this.orGrace(Promise.all(stops));
    await this.told.flush();
    if (this.over) return;
    this.end();
    this.held.clear();
    const { context, group } = this.options;
    await context.gateway.call('leave', LEAVE_GROUP, [group.group, group.member, this.id]).catch(() => undefined);
    this.hint();
    this.finish(reason);
  }

  private end(): void {
    this.stopping.abort();
    this.stopListening();
    this.told.stop();
    this.waker.wake();
  }

  private async orGrace(work: Promise<unknown>): Promise<void> {
    const grace = new AbortController();
    const { clock } = this.options.context;
    await Promise.race([work, clock.sleep(this.options.group.revokeGraceMs, grace.signal).catch(() => undefined)]);
    grace.abort();
  }

  private hint(): void {
    this.options.context.hints.hint(groupTopic(this.options.group.group));
  }

  private lapsed(): BrokerUnavailableError {
    const { group, member, sessionTimeoutMs } = this.options.group;
    return new BrokerUnavailableError(
      `The member "${member}" of the group "${group}" has not been heard by the broker for its session of ${sessionTimeoutMs} ms; others may have its partitions.`,
    );
  }
}
