import { backoff, InterruptiblePause, isMinosError, NO_CRASH_POINTS, type CrashPoints, type Lease } from '@minos/common';
import type { BrokerMessage, PublishOutcome } from '../contracts/broker.js';
import type { OutboxRecord } from '../contracts/outgoing-message.js';
import type { HeldBackChannels } from './held-back-channels.js';
import type { RelayPorts, ResolvedRelayOptions } from './outbox-relay.options.js';
import { PublishedRecords } from './published-records.js';

/** So few published messages are not worth a statement that forgets them, as long as more are to come soon. */
const FORGOTTEN_TOGETHER = 8;
/** So long they wait for company. Until then a crash would publish them again, and they count as unsent. */
const FORGOTTEN_WITHIN_MS = 200;
/** Characters of bodies: less than what a store ends a page behind. */
const LARGE_PAGE = 100_000;
/** Until it is woken, as far as timers go. */
const NO_END_MS = 2_000_000_000;

/** What one run works on. */
export interface GroupContext {
  readonly slots: readonly number[];
  readonly lease: Lease;
  /** Aborts when the lease is lost, or the run shall end. */
  readonly signal: AbortSignal;
}

/** What all groups of a relay work with. */
export interface GroupParts {
  readonly ports: RelayPorts;
  readonly options: ResolvedRelayOptions;
  readonly channels: HeldBackChannels;
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
  /** Whether it has nothing to do, and waits to be woken. */
  asleep = false;
  private readonly ports: RelayPorts;
  private readonly options: ResolvedRelayOptions;
  private readonly channels: HeldBackChannels;
  private readonly published: PublishedRecords;
  private leftOut: readonly string[] = [];
  private readonly pause: InterruptiblePause;
  private readonly crashPoints: CrashPoints;

  constructor(
    private readonly context: GroupContext,
    parts: GroupParts,
  ) {
    const { ports, options, channels } = parts;
    this.ports = ports;
    this.options = options;
    this.channels = channels;
    this.published = new PublishedRecords(ports.store, context.lease);
    this.pause = new InterruptiblePause(ports.clock);
    this.crashPoints = ports.crashPoints ?? NO_CRASH_POINTS;
    this.movedAt = ports.clock.monotonic();
  }

  /** There may be something to read. */
  wake(): void {
    this.pause.wake();
  }

  /** While {@link asleep}: somebody has looked for it. */
  looked(somethingWaits: boolean): void {
    if (somethingWaits) this.pause.wake();
    else this.moved();
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
        if (!this.channels.note(error, this.leftOut)) await this.waitAfter((failures += 1));
      }
    }
    signal.removeEventListener('abort', wake);
    // Who comes next would publish them again. Refused where the lease is lost.
    await this.published.forgetNow().catch(() => undefined);
  }

  private async step(): Promise<void> {
    const { slots, signal } = this.context;
    if (this.published.failed) await this.published.forgetNow();
    this.pause.reset();
    const known = this.published.ids();
    const limit = this.options.batchSize + known.size;
    this.leftOut = this.channels.leftAlone();
    const found = await this.ports.store.unsent(slots, limit, this.leftOut);
    if (signal.aborted) return;
    const records = found.filter(({ id }) => !known.has(id)).slice(0, this.options.batchSize);
    if (records.length > 0) {
      await this.publish(records);
      return this.goOn(found.length >= limit || isLarge(found));
    }
    await this.published.forgetNow();
    this.moved();
    if (found.length === 0) await this.idle();
  }

  /** Behind the last message of a page that was not full there is nothing to read, so the next hint is waited for; a few messages are forgotten together. */
  private async goOn(full: boolean): Promise<void> {
    if (full || this.published.size >= FORGOTTEN_TOGETHER) await this.published.forget();
    if (full || (await this.pause.wait(FORGOTTEN_WITHIN_MS))) return;
    await this.published.forget();
  }

  private async publish(records: readonly OutboxRecord[]): Promise<void> {
    await this.crashPoints.reach('messaging.relay-publish.before');
    const outcomes = await this.ports.broker.publish(records.map(toMessage));
    await this.crashPoints.reach('messaging.relay-publish.after');
    const stored = records.filter((_, index) => isStored(outcomes[index]));
    this.published.add(stored);
    for (const { channel } of stored) this.channels.found(channel);
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

  /** Behind an empty read: waits until it is woken, or until a channel that it has left out may be tried. */
  private async idle(): Promise<void> {
    this.asleep = true;
    await this.pause.wait(Math.min(NO_END_MS, this.channels.nextInMs(this.leftOut)));
    this.asleep = false;
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

/** A page of so much text may have ended because of its size. */
function isLarge(records: readonly OutboxRecord[]): boolean {
  let characters = 0;
  for (const { body } of records) characters += body.length;
  return characters >= LARGE_PAGE;
}

function toMessage({ id, channel, key, headers, body }: OutboxRecord): BrokerMessage {
  return { channel, key, headers: { ...headers, ce_sequence: String(id) }, body: Buffer.from(body) };
}

function isStored(outcome: PublishOutcome | undefined): boolean {
  return outcome !== undefined && !('refused' in outcome);
}
