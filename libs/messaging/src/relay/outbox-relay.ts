import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { InterruptiblePause } from '@minos/common';
import type { OutboxProgress } from '../contracts/outbox-store.js';
import { HeldBackChannels } from './held-back-channels.js';
import { HeldGroup } from './held-group.js';
import { resolveRelayOptions, type OutboxRelayOptions, type RelayPorts, type ResolvedRelayOptions } from './outbox-relay.options.js';
import { groupOfSlot, leaseOfGroup, RELAY_GROUPS, slotsOfGroup } from './relay-groups.js';
import { RelaySeats } from './relay-seats.js';

/** Commits of busy processes are looked for together, the first at once. */
const BETWEEN_LOOKS_MS = 100;
const LOOK_GROWTH = 1.5;

export interface RelayProgress extends OutboxProgress {
  readonly running: boolean;
  /** The groups of slots that this relay publishes, of 8 that all relays of the service share. */
  readonly heldGroups: readonly number[];
  /** Since the slowest of its groups last published something or found nothing to do. */
  readonly unmovedSeconds: number;
  /** A group of this relay does not move, for longer than `stallAfter`. */
  readonly stalled: boolean;
  /** Channels of waiting messages that the broker does not have. */
  readonly missingChannels: readonly string[];
  /** Why the last try failed, until one succeeds. */
  readonly error?: unknown;
}

/**
 * Publishes what waits in the outbox. Any number of relays may run, in any number of processes: they share the keys by leases on groups of slots, so that a
 * key has one relay, and what one has lost it can no longer forget.
 *
 * Delivery: at least once. A crash, or a lease lost, between publishing and forgetting publishes again, with the same message ids and sequences. Order: the
 * first occurrences of the messages of one channel and key are published in the order of their ids. A broker that is away is waited for, however long; a
 * message that it refuses stops its key and nothing else.
 */
export class OutboxRelay {
  private readonly options: ResolvedRelayOptions;
  private readonly holder: string;
  private readonly groups = new Map<number, HeldGroup>();
  private readonly channels: HeldBackChannels;
  private readonly pause: InterruptiblePause;
  private readonly lookPause: InterruptiblePause;
  private starts = 0;
  private stopping: AbortController | undefined;
  private running: Promise<unknown> | undefined;
  private error: unknown;
  private lookError: unknown;
  /** Whether more groups than its share were held in the last round. */
  private wasOver = false;

  constructor(
    private readonly ports: RelayPorts,
    options: OutboxRelayOptions = {},
  ) {
    this.options = resolveRelayOptions(options);
    this.holder = this.options.holder ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
    this.channels = new HeldBackChannels(ports.clock, this.options.retry, () => this.hint());
    this.pause = new InterruptiblePause(ports.clock);
    this.lookPause = new InterruptiblePause(ports.clock);
  }

  /** Begins to publish in the background; does nothing if it runs. Never fails because of the storage or the broker: it waits for them. */
  start(): void {
    if (this.running !== undefined) return;
    const { signal } = (this.stopping = new AbortController());
    this.starts += 1;
    this.running = Promise.all([this.share(signal), this.look(signal)]);
  }

  /** A message has committed, of the slot or of any: its group looks now rather than when the relay next looks for it. Cheap, also where nothing runs. */
  hint(slot?: number): void {
    if (slot !== undefined) return this.groups.get(groupOfSlot(slot))?.run.wake();
    for (const { run } of this.groups.values()) run.wake();
  }

  /** Something has committed, perhaps in another process: groups without anything to do soon look for what they were not told of. Cheap. */
  committed(): void {
    this.lookPause.wake();
  }

  /** Publishes nothing more: ends what is under way and gives the leases back. What waits is left to other relays, or the next start. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    for (const held of this.groups.values()) void held.end();
    this.pause.wake();
    this.lookPause.wake();
    await this.running;
    this.running = undefined;
  }

  /** For health: what waits anywhere, and how this relay gets on. Rejects where the storage cannot be asked. */
  async progress(): Promise<RelayProgress> {
    const stored = await this.ports.store.progress();
    const runs = [...this.groups.values()].map(({ run }) => run);
    const now = this.ports.clock.monotonic();
    const unmoved = Math.max(0, ...runs.map(({ movedAt }) => now - movedAt));
    const error = runs.map((run) => run.error).find((found) => found !== undefined) ?? this.error ?? this.lookError;
    return {
      ...stored,
      running: this.running !== undefined,
      heldGroups: [...this.groups.keys()].sort((one, other) => one - other),
      unmovedSeconds: unmoved / 1000,
      stalled: unmoved >= this.options.stallAfter,
      missingChannels: this.channels.missing(),
      ...(error === undefined ? {} : { error }),
    };
  }

  /**
   * Looks for all groups that have nothing to do, in one statement, and wakes those of which something waits that nobody gave a hint of: where such a thing was
   * found, soon again, as there may be more of the kind.
   */
  private async look(stop: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    const { first, longest } = this.options.poll;
    let [lookedAt, pause] = [-Infinity, longest];
    while (!stop.aborted) {
      if (await this.lookPause.wait(pause))
        await clock.sleep(Math.max(0, lookedAt + BETWEEN_LOOKS_MS - clock.monotonic()), stop).catch(() => undefined);
      if (stop.aborted) return;
      this.lookPause.reset();
      lookedAt = clock.monotonic();
      pause = Math.min(longest, (await this.wakeAsleep()) ? first : pause * LOOK_GROWTH);
    }
  }

  /** Whether something waits of a group that had nothing to do. */
  private async wakeAsleep(): Promise<boolean> {
    const asleep = [...this.groups.values()].filter(({ run }) => run.asleep);
    if (asleep.length === 0) return false;
    try {
      const slots = await this.ports.store.waiting(asleep.flatMap(({ group }) => slotsOfGroup(group)));
      const groups = new Set(slots.map(groupOfSlot));
      for (const { group, run } of asleep) run.looked(groups.has(group));
      this.lookError = undefined;
      // What waits for a channel is found each time.
      return groups.size > 0 && this.channels.missing().length === 0;
    } catch (error) {
      this.lookError = error;
      return false;
    }
  }

  private async share(stop: AbortSignal): Promise<void> {
    // Another holder with each start: it must not share leases with what an earlier one may have left.
    const holder = `${this.holder}#${this.starts}`;
    const seats = new RelaySeats(this.ports.leases, holder, this.options.lease);
    while (!stop.aborted) {
      try {
        await this.balance(seats, holder, stop);
        this.error = undefined;
      } catch (error) {
        this.error = error;
      }
      if (!stop.aborted) await this.pause.wait((this.options.lease / 3) * (0.75 + Math.random() / 2));
    }
    await Promise.all([...this.groups.values()].map((held) => held.end()));
    await seats.leave();
  }

  /** Takes free groups up to its share. What is over the share twice in a row is given back, so that a wrong count moves nothing. */
  private async balance(seats: RelaySeats, holder: string, stop: AbortSignal): Promise<void> {
    const share = Math.ceil(RELAY_GROUPS / (await seats.living()));
    const first = Math.floor(Math.random() * RELAY_GROUPS);
    for (let step = 0; step < RELAY_GROUPS && this.groups.size < share && !stop.aborted; step += 1) {
      await this.take((first + step) % RELAY_GROUPS, holder);
    }
    const over = [...this.groups.values()].slice(share);
    if (this.wasOver) await Promise.all(over.map((held) => held.end()));
    this.wasOver = over.length > 0;
  }

  private async take(group: number, holder: string): Promise<void> {
    if (this.groups.has(group)) return;
    const lease = await this.ports.leases.acquire(leaseOfGroup(group), holder, this.options.lease);
    if (lease === undefined) return;
    const held = new HeldGroup(group, lease, { ports: this.ports, options: this.options, channels: this.channels });
    this.groups.set(group, held);
    // Not tried again before the next round: whatever took it away may do so again at once.
    void held.over.then(() => this.groups.delete(group));
  }
}
