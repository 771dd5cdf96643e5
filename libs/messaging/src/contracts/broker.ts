/** One partition of one channel: the unit of order, of assignment and of positions. */
export interface PartitionRef {
  readonly channel: string;
  /** From 0. */
  readonly partition: number;
}

/** A message as a broker carries it; headers and body are opaque to it. */
export interface BrokerMessage {
  readonly channel: string;
  /** Messages of one channel with one key are in one partition, in the order in which they were published. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface StoredMessage extends BrokerMessage, PartitionRef {
  /** Ascends within the partition, from 0; numbers may be missing. */
  readonly offset: bigint;
  /** When the broker stored it, by its own clock, in milliseconds since the epoch. */
  readonly appendedAt: number;
}

/**
 * `refused`: not stored. The broker will never take this message (too large, say), and trying again is useless; or, with `MESSAGE_HELD_BACK`, it refused
 * an earlier message of the key in the same call.
 */
export type PublishOutcome = (PartitionRef & { readonly offset: bigint }) | { readonly refused: Error };

export interface ChannelDefinition {
  readonly name: string;
  /** Fixed when the channel is made: another count is refused with `CHANNEL_PARTITIONS_CHANGED`. @default 12 */
  readonly partitions?: number;
  /** How long messages are kept, in milliseconds; `'forever'` keeps them. @default 7 days */
  readonly retentionMs?: number | 'forever';
}

export interface PartitionDescription extends PartitionRef {
  /** The lowest offset that can still be read, or `next` where there is none. */
  readonly earliest: bigint;
  /** The offset behind the last message. */
  readonly next: bigint;
}

export interface ChannelDescription {
  readonly name: string;
  readonly retentionMs: number | 'forever';
  /** In ascending order of their numbers. */
  readonly partitions: readonly PartitionDescription[];
}

export interface PartitionLag extends PartitionRef {
  /** Messages behind the position that the group last told; all that are kept where it told none. */
  readonly lag: bigint;
  /** Age of the oldest of them in seconds, 0 where there is none. */
  readonly ageSeconds: number;
}

/** Where reading begins: at the oldest message that is kept, behind the newest, or at an offset (the next one to read). */
export type StartPosition = 'beginning' | 'end' | bigint;

/**
 * What a group member does with its partitions. The broker calls the methods of one partition one at a time; those of different partitions may overlap.
 */
export interface GroupListener {
  /**
   * The partition is this member's from now on; returns where to begin. Nothing of it is delivered before. Where it rejects, the member gives all partitions up
   * and joins again after a pause. An offset that is not kept any more begins at the oldest that is.
   */
  assigned(partition: PartitionRef): Promise<StartPosition>;
  /**
   * Delivery of the partition has stopped. After `revoked` another member may get it as soon as the promise has settled, or the grace time is over; after
   * `lost` another may have it already. Not called before `assigned` has resolved. A rejection is ignored.
   */
  revoked(partition: PartitionRef, how: 'revoked' | 'lost'): Promise<void>;
  /**
   * The next messages, at least one, in ascending order of offset, each once per assignment (but see the rejection). The next ones come when the promise has resolved;
   * a rejection delivers the same again after a pause. The work behind it need not be done then: `pause` stops the flow.
   */
  messages(partition: PartitionRef, messages: readonly StoredMessage[]): Promise<void>;
}

export interface GroupOptions {
  /** Durable name: members of one group share the partitions, each partition has one member at a time. */
  readonly group: string;
  /** Names this member; unique among the living. */
  readonly member: string;
  readonly channels: readonly string[];
  readonly listener: GroupListener;
  /** Messages in one delivery at the most. @default 500 */
  readonly batchSize?: number;
  /** How long a revoke waits for the listener, in milliseconds. @default 5000 */
  readonly revokeGraceMs?: number;
  /** How long a silent member keeps its partitions, in milliseconds. @default 10000 */
  readonly sessionTimeoutMs?: number;
}

/** `failed`: it has lost its session or the broker and is trying to come back; `error` says why. */
export type MemberState = 'joining' | 'active' | 'failed' | 'left';

export interface MemberStatus {
  readonly state: MemberState;
  readonly assignment: readonly PartitionRef[];
  /** Milliseconds since the broker last answered a fetch or a heartbeat of this member. */
  readonly silentMs: number;
  readonly error?: unknown;
}

/** One process's part in a group. It joins again by itself after any failure, until {@link GroupMember.leave}. */
export interface GroupMember {
  status(): MemberStatus;
  /** Stops delivery of a partition of ours; what is on its way may still arrive. Unknown partitions are ignored. Ends with the assignment. */
  pause(partition: PartitionRef): void;
  resume(partition: PartitionRef): void;
  /**
   * Tells the broker where the group stands (the next offset to read), for lag and tools only; from the call of `assigned` on. Never rejects; may be
   * coalesced or lost.
   */
  tell(partition: PartitionRef, next: bigint): void;
  /** Gives the partitions back as `revoked` describes, then leaves. Idempotent; never rejects. */
  leave(): Promise<void>;
}

export interface FollowOptions {
  readonly partition: PartitionRef;
  readonly from: StartPosition;
  /** As {@link GroupListener.messages}. */
  messages(messages: readonly StoredMessage[]): Promise<void>;
}

/** Reads one partition outside any group. */
export interface Follower {
  /** Milliseconds since the broker last answered. */
  silentMs(): number;
  close(): Promise<void>;
}

/**
 * A log of messages in channels, shared by services. Every call rejects with `BROKER_UNAVAILABLE` (retryable) where the broker cannot be reached or does
 * not answer in time, and with `BROKER_CLOSED` after {@link Broker.close}. Each call has crash points `messaging.<call>.before|after`.
 */
export interface Broker {
  /** Makes channels that are missing. Idempotent, also from several processes at once. Rejects with `CHANNEL_PARTITIONS_CHANGED` before it changes anything. */
  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void>;

  /**
   * Appends messages, in order for each key; resolves when they are durable, with one outcome each, in their order. Two calls of one process that overlap
   * keep the order of the calls for each key. Where it rejects, any of them may have been stored: publishing them again may store them twice, never out of
   * order for the first of each. Behind a message that is refused nothing of its key is stored in this call. `CHANNEL_UNKNOWN` where a channel was not made, before anything is stored.
   */
  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]>;

  /**
   * The partition into which {@link Broker.publish} puts a key, for ever and for whoever publishes it: the partitions of a channel do not change. `CHANNEL_UNKNOWN`
   * where there is no such channel. Asks the broker once for each channel at the most.
   */
  partitionOf(channel: string, key: string): Promise<number>;

  /** Joins a group. Resolves when the member has asked to join, not when it has partitions; after that failures show in its status alone. */
  join(options: GroupOptions): Promise<GroupMember>;

  /** Reads one partition on one's own, from a given position, without telling anybody. */
  follow(options: FollowOptions): Promise<Follower>;

  /** `CHANNEL_UNKNOWN` where there is none. */
  describe(channel: string): Promise<ChannelDescription>;

  /**
   * Names the log that offsets count in: the same for every client of one server and for all time, another one for another server. A position that was kept in
   * one log means nothing in another.
   */
  origin(): Promise<string>;

  /** How far the group is behind in each partition of the channels. */
  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]>;

  /** Members leave, followers close, publishing that has begun ends. Idempotent. */
  close(): Promise<void>;
}
