import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { backoff } from '@minos/common';
import type { GroupListener, GroupMember, PartitionRef, StartPosition, StoredMessage } from '../contracts/broker.js';
import { noCounts } from './consumer-counts.js';
import type { ConsumerStatus } from './consumer-status.js';
import {
  batchSizeOf,
  resolveConsumerOptions,
  type ConsumerPipelineOptions,
  type ConsumerPorts,
  type ConsumerSettings,
} from './consumer.options.js';
import { patienceOf } from './patience.js';
import { ParkedLook, type WatchedPartition } from './parked-look.js';
import { beginningOf, takeOver } from './take-over.js';
import { WorkerFactory } from './worker-factory.js';

/** How long a partition that the store refuses us waits for the broker to say that it is lost, before the member joins anew. */
const REJOIN_AFTER_MS = 10_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Handles the messages of channels as a member of a group: each message in a unit of its own that carries its mark, in order for each key, different keys at the same
 * time. Where to begin is the consumer's own position, in the database of the effects.
 *
 * Delivery: the changes of a message commit once, however often it comes; the handler itself may run again. What cannot be handled parks its key; nothing is skipped.
 */
export class ConsumerPipeline {
  readonly consumer: string;
  readonly channels: readonly string[];
  private readonly patienceMs: number;
  private readonly settings: ConsumerSettings;
  private readonly factory: WorkerFactory;
  private readonly partitions = new Map<string, WatchedPartition>();
  /** Epochs of partitions that this process had last: what was in hand under them ended no process. */
  private readonly survived = new Map<string, bigint>();
  private readonly counts = noCounts();
  private readonly total = { messages: 0 };
  private readonly memberName: string;
  private member: GroupMember | undefined;
  private stopping: AbortController | undefined;
  private running: Promise<unknown> | undefined;
  private rejoin: (() => void) | undefined;
  private error: unknown;

  constructor(
    options: ConsumerPipelineOptions,
    private readonly ports: ConsumerPorts,
  ) {
    this.settings = resolveConsumerOptions(options);
    this.consumer = this.settings.consumer;
    this.channels = this.settings.channels.map(({ name }) => name);
    this.patienceMs = patienceOf(options, this.settings);
    this.memberName = this.settings.member ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
    this.factory = new WorkerFactory(this.settings, ports, this.counts, this.total);
  }

  /** Begins to run in the background; does nothing if it runs. Never rejects because of the broker or the storage: it waits for them. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const { parking, consumer } = this.settings;
    const { clock, parked } = this.ports;
    const look = new ParkedLook({ consumer, everyMs: parking.look, parked, clock, total: this.total }, () => this.partitions.values());
    this.running = Promise.all([this.supervise(signal), look.run(signal)]);
  }

  /** Gives the partitions back: waits, up to `revokeGrace`, for what is in handling, and leaves the group. Idempotent; {@link start} begins again. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.rejoin?.();
    await this.running;
    this.running = undefined;
  }

  status(): ConsumerStatus {
    const partitions = [...this.partitions.values()].map(({ ref, worker }) => ({
      ...ref,
      epoch: worker.life.hold.epoch,
      next: worker.position,
      done: worker.doneTo,
      inHand: worker.inHand,
      unmovedMs: worker.unmovedMs,
      parkedKeys: worker.parking.keys,
      ...(worker.parking.halted === undefined ? {} : { halted: worker.parking.halted }),
      ...(worker.life.trouble === undefined ? {} : { trouble: worker.life.trouble }),
    }));
    return {
      consumer: this.consumer,
      running: this.running !== undefined,
      ...(this.member === undefined ? {} : { member: this.member.status() }),
      partitions,
      patienceMs: this.patienceMs,
      counts: { ...this.counts },
      parkedMessages: this.total.messages,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  /** Is a member until it is stopped; joins anew where it has to. */
  private async supervise(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.belong(signal);
        failures = 0;
      } catch (error) {
        this.error = error;
        failures += 1;
        await this.ports.clock.sleep(backoff(failures, 100, LONGEST_PAUSE_MS), signal).catch(() => undefined);
      }
      this.dropAll();
    }
    this.member = undefined;
  }

  /** One membership, from joining to leaving. */
  private async belong(signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((resolve) => (this.rejoin = resolve));
    const member = await this.join();
    this.member = member;
    this.error = undefined;
    this.catchUp(member);
    if (!signal.aborted) await over;
    await member.leave();
  }

  /** Says what was to be said before the member was known. */
  private catchUp(member: GroupMember): void {
    for (const { ref, worker } of this.partitions.values()) {
      if (worker.isPaused) member.pause(ref);
      if (worker.position !== undefined) member.tell(ref, worker.position);
    }
  }

  private join(): Promise<GroupMember> {
    const { consumer, revokeGrace, session } = this.settings;
    const listener: GroupListener = {
      assigned: (partition) => this.assigned(partition),
      revoked: (partition, how) => this.revoked(partition, how),
      messages: async (partition, messages) => this.accept(partition, messages),
    };
    return this.ports.broker.join({
      group: consumer,
      member: this.memberName,
      channels: this.channels,
      listener,
      batchSize: batchSizeOf(this.settings),
      sessionTimeoutMs: session,
      revokeGraceMs: revokeGrace + Math.max(revokeGrace, 1_000),
    });
  }

  private async assigned(ref: PartitionRef): Promise<StartPosition> {
    this.drop(ref);
    const taken = await takeOver(this.consumer, ref, this.ports, this.survived.get(nameOf(ref)));
    const from = await beginningOf(taken, this.settings.from, this.ports);
    const worker = this.factory.make(
      { ...taken, next: typeof from === 'bigint' ? from : undefined },
      {
        flow: { pause: () => this.member?.pause(ref), resume: () => this.member?.resume(ref) },
        onMoved: (next) => this.member?.tell(ref, next),
        onLost: () => this.whenLost(ref),
      },
    );
    this.total.messages += taken.parked.reduce((sum, { messages }) => sum + messages, 0);
    this.partitions.set(nameOf(ref), { ref, worker, watch: true });
    // What the owner before us told last may have been lost, and nothing may be left to handle.
    if (worker.position !== undefined) this.member?.tell(ref, worker.position);
    return from;
  }

  private async revoked(ref: PartitionRef, how: 'revoked' | 'lost'): Promise<void> {
    const found = this.partitions.get(nameOf(ref));
    if (found === undefined) return;
    if (how === 'revoked') await found.worker.giveBack(this.settings.revokeGrace);
    if (this.partitions.get(nameOf(ref)) === found) this.drop(ref);
  }

  private accept(ref: PartitionRef, messages: readonly StoredMessage[]): void {
    this.partitions.get(nameOf(ref))?.worker.accept(messages);
  }

  /** The store says that the partition is another member's. The broker should say so too, before long. */
  private whenLost(ref: PartitionRef): void {
    const found = this.partitions.get(nameOf(ref));
    void this.ports.clock.sleep(REJOIN_AFTER_MS, this.stopping?.signal).then(
      () => {
        if (found !== undefined && this.partitions.get(nameOf(ref)) === found) this.rejoin?.();
      },
      () => undefined,
    );
  }

  private drop(ref: PartitionRef): void {
    const name = nameOf(ref);
    const found = this.partitions.get(name);
    if (found === undefined) return;
    found.worker.drop();
    this.partitions.delete(name);
    // Where suspects of a dead process are left, they stay suspects.
    if (found.worker.hasSuspects) this.survived.delete(name);
    else this.survived.set(name, found.worker.life.hold.epoch);
  }

  private dropAll(): void {
    for (const { ref } of [...this.partitions.values()]) this.drop(ref);
  }
}

function nameOf({ channel, partition }: PartitionRef): string {
  return `${partition}/${channel}`;
}
