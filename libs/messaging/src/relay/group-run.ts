import { backoff, isMinosError, NO_CRASH_POINTS, type CrashPoints, type Lease } from '@minos/common';
import type { BrokerMessage, PublishOutcome } from '../contracts/broker.js';
import type { OutboxRecord } from '../contracts/outgoing-message.js';
import { HeldBackChannels } from './held-back-channels.js';
import { InterruptiblePause } from './interruptible-pause.js';
import type { RelayPorts, ResolvedRelayOptions } from './outbox-relay.options.js';
import { PublishedRecords } from './published-records.js';

/** What one run works on. */
export interface GroupContext {
  readonly slots: readonly number[];
  readonly lease: Lease;
  /** Aborts when the lease is lost, or the run shall end. */
  readonly signal: AbortSignal;
}

/**
 * Publishes the messages of one group of slots for as long as its lease is held: reads the oldest, publishes them in order, forgets them under the fence, and
 * reads on while it does. Only one publish is under way at a time, and each goes on behind the one before, so a key keeps its order.
 */
export class GroupRun {
  /** Why the last step failed, until one succeeds. */
  error: unknown;
  /** On the monotonic clock: when something was forgotten, or nothing waited. */
  movedAt: number;
  private readonly published: PublishedRecords;
  private readonly channels: HeldBackChannels;
  private readonly pause: InterruptiblePause;
  private readonly crashPoints: CrashPoints;
  private emptyReads = 0;

  constructor(
    private readonly context: GroupContext,
    private readonly options: ResolvedRelayOptions,
    private readonly ports: RelayPorts,
  ) {
    this.published = new PublishedRecords(ports.store, context.lease);
    this.channels = new HeldBackChannels(ports.clock, options.retry.longest);
    this.pause = new InterruptiblePause(ports.clock);
    this.crashPoints = ports.crashPoints ?? NO_CRASH_POINTS;
    this.movedAt = ports.clock.monotonic();
  }

  get missingChannels(): readonly string[] {
    return this.channels.now();
  }

  /** There may be something to read. */
  wake(): void {
    this.emptyReads = 0;
    this.pause.wake();
  }

  /** Ends when the signal aborts or the lease turns out to be lost, with nothing under way. Never rejects. */
  async untilOver(): Promise<void> {
    const { signal } = this.context;
    const wake = (): void => this.pause.wake();
    signal.addEventListener('abort', wake, { once: true });
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.step();
        failures = 0;
        this.error = undefined;
      } catch (error) {
        if (isMinosError(error, 'LEASE_LOST')) break;
        this.error = error;
        if (!this.channels.note(error)) await this.waitAfter((failures += 1));
      }
    }
    signal.removeEventListener('abort', wake);
    await this.published.settled().catch(() => undefined);
  }

  private async step(): Promise<void> {
    const { slots, signal } = this.context;
    if (this.published.failed) await this.published.forgetNow();
    const known = this.published.ids();
    const found = await this.ports.store.unsent(slots, this.options.batchSize + known.size, this.channels.now());
    if (signal.aborted) return;
    const records = found.filter(({ id }) => !known.has(id)).slice(0, this.options.batchSize);
    if (records.length > 0) return this.publish(records);
    await this.published.forgetNow();
    this.moved();
    if (found.length === 0) await this.idle();
  }

  private async publish(records: readonly OutboxRecord[]): Promise<void> {
    await this.crashPoints.reach('messaging.relay-publish.before');
    const outcomes = await this.ports.broker.publish(records.map(toMessage));
    await this.crashPoints.reach('messaging.relay-publish.after');
    const stored = records.filter((_, index) => isStored(outcomes[index]));
    this.published.add(stored);
    for (const { channel } of stored) this.channels.found(channel);
    await this.published.forget();
    if (stored.length > 0) this.moved();
    if (stored.length < records.length) await this.refuse(records, outcomes);
  }

  /** Each key once, with the reason of its first refused message. */
  private async refuse(records: readonly OutboxRecord[], outcomes: readonly PublishOutcome[]): Promise<void> {
    const reasons = new Map<string, { channel: string; key: string; reason: string }>();
    for (const [index, { channel, key }] of records.entries()) {
      const outcome = outcomes[index];
      const name = JSON.stringify([channel, key]);
      if (outcome === undefined || !('refused' in outcome) || reasons.has(name)) continue;
      reasons.set(name, { channel, key, reason: outcome.refused.message });
    }
    for (const refused of reasons.values()) await this.ports.store.refuse(refused, this.context.lease);
    this.moved();
  }

  private async idle(): Promise<void> {
    const { first, longest } = this.options.poll;
    const pause = Math.min(longest, first * 1.5 ** Math.min(this.emptyReads, 30));
    this.emptyReads += 1;
    await this.pause.wait(pause);
  }

  /** Hints do not shorten it: what is away does not come back because there is more to do. */
  private async waitAfter(failures: number): Promise<void> {
    const { first, longest } = this.options.retry;
    await this.ports.clock.sleep(backoff(failures, first, longest), this.context.signal).catch(() => undefined);
  }

  private moved(): void {
    this.movedAt = this.ports.clock.monotonic();
  }
}

function toMessage({ id, channel, key, headers, body }: OutboxRecord): BrokerMessage {
  return { channel, key, headers: { ...headers, ce_sequence: String(id) }, body: Buffer.from(body) };
}

function isStored(outcome: PublishOutcome | undefined): boolean {
  return outcome !== undefined && !('refused' in outcome);
}
