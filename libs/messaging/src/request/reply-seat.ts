import { joinSignals, LeaseKeeper, uuidv7, type Clock, type Lease, type Leases } from '@minos/common';
import type { Broker, Follower, StoredMessage } from '../contracts/broker.js';

export interface SeatPorts {
  readonly broker: Pick<Broker, 'partitionOf' | 'describe' | 'follow'>;
  readonly leases: Leases;
  readonly clock: Clock;
}

export interface SeatOptions {
  readonly channel: string;
  readonly partition: number;
  readonly partitions: number;
  readonly leaseMs: number;
  readonly silenceMs: number;
  readonly take: (messages: readonly StoredMessage[]) => Promise<void>;
}

/** Tries to find a key, for each partition of the channel. The chance that so many fall elsewhere is nil. */
const TRIES = 200;
/** Replies with one key are committed one after the other, with different ones together. */
const KEYS = 256;

/** One partition of the channel of replies that is read by this instance, and keys that fall into it. */
export class ReplySeat {
  private readonly keys: string[] = [];
  private readonly seed = uuidv7();
  private tried = 0;
  private given = 0;
  private adding = false;
  /** Requests that were told this place and have no reply yet. */
  users = 0;
  private ended: Promise<void> | undefined;

  private constructor(
    private readonly options: SeatOptions,
    private readonly follower: Follower,
    private readonly keeper: LeaseKeeper,
    private readonly ports: Pick<SeatPorts, 'broker' | 'clock'>,
  ) {}

  /** Reads from what is stored now. The lease is given back where it rejects. */
  static async open(lease: Lease, options: SeatOptions, ports: SeatPorts): Promise<ReplySeat> {
    const { channel, partition, leaseMs, take } = options;
    const keeper = new LeaseKeeper(ports.leases, ports.clock, lease, leaseMs);
    try {
      const { partitions } = await ports.broker.describe(channel);
      const from = partitions[partition]?.next ?? 'end';
      const follower = await ports.broker.follow({ partition: { channel, partition }, from, messages: take });
      const seat = new ReplySeat(options, follower, keeper, ports);
      await seat.addKey();
      return seat;
    } catch (error) {
      await keeper.end();
      throw error;
    }
  }

  get partition(): number {
    return this.options.partition;
  }

  get leased(): boolean {
    return !this.keeper.signal.aborted;
  }

  get silentMs(): number {
    return this.follower.silentMs();
  }

  /** A key for the reply to one request. The more are asked for, the more there are. */
  nextKey(): string {
    if (this.keys.length < KEYS && !this.adding) {
      this.adding = true;
      // What it has will do where another one cannot be found now.
      const added = (): void => void (this.adding = false);
      void this.addKey().then(added, added);
    }
    return this.keys[this.given++ % this.keys.length] ?? '';
  }

  /** Resolves when the place is not to be told to further requests: the lease is lost, the broker is silent, or `stop` aborts. */
  async untilUnfit(stop: AbortSignal): Promise<void> {
    const { leaseMs, silenceMs } = this.options;
    const over = joinSignals(stop, this.keeper.signal);
    while (!over.signal.aborted && this.silentMs <= silenceMs) {
      await this.ports.clock.sleep(Math.min(leaseMs, silenceMs) / 3, over.signal).catch(() => undefined);
    }
    over.release();
  }

  /** Gives the lease back and goes on reading. */
  async release(): Promise<void> {
    await this.keeper.end();
  }

  /** Reads no more. Idempotent. */
  close(): Promise<void> {
    this.ended ??= Promise.all([this.keeper.end(), this.follower.close().catch(() => undefined)]).then(() => undefined);
    return this.ended;
  }

  private async addKey(): Promise<void> {
    const { channel, partition, partitions } = this.options;
    for (let tries = 0; tries < TRIES * partitions; tries += 1) {
      const key = `${this.seed}-${this.tried++}`;
      if ((await this.ports.broker.partitionOf(channel, key)) !== partition) continue;
      this.keys.push(key);
      return;
    }
    throw new RangeError(`No key falls into the partition ${partition} of "${channel}".`);
  }
}
