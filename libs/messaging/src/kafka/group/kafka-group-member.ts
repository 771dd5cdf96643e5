import type { Clock } from '@minos/common';
import type { GroupListener, GroupMember, MemberState, MemberStatus, PartitionRef } from '../../contracts/broker.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import { Generation } from './generation.js';
import type { GroupSeat, Share } from './group-seat.js';
import { SessionWatch } from './session-watch.js';
import { ToldPositions } from './told-positions.js';

export interface MemberOptions {
  readonly links: KafkaLinks;
  readonly seat: GroupSeat;
  readonly clock: Clock;
  readonly listener: GroupListener;
  readonly batchSize: number;
  readonly revokeGraceMs: number;
  readonly sessionTimeoutMs: number;
  /** It has left for good. */
  readonly left: (member: KafkaGroupMember) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** How long a leave waits for a join that is under way: a member that leaves in the midst of it is waited for by the others. */
const LEAVE_PATIENCE_MS = 5_000;

/**
 * One process's part in a group, on the group protocol itself: kafkajs' own consumer rejoins before anybody could give a partition up, stops all partitions of
 * a node for one that is slow, and does not always come back. Every wait here is bounded, and everything that fails begins anew on new connections.
 */
export class KafkaGroupMember implements GroupMember {
  private state: MemberState = 'joining';
  private error: unknown;
  private answeredAt: number;
  private generation: Generation | undefined;
  private readonly told = new ToldPositions();
  private readonly endings = new Map<string, Promise<void>>();
  private readonly leaving = new AbortController();
  private running: Promise<void> | undefined;
  private patience = FIRST_PAUSE_MS;

  constructor(private readonly options: MemberOptions) {
    this.answeredAt = options.clock.monotonic();
  }

  /** Resolves when Kafka can be reached; from then on the member joins, whatever happens. */
  async begin(): Promise<void> {
    try {
      await this.options.links.use((link) => link.anyNode());
    } catch (error) {
      await this.options.links.close();
      throw error;
    }
    this.running ??= this.run();
  }

  status(): MemberStatus {
    const { generation, state } = this;
    const complete = generation?.isComplete === true && state === 'joining';
    return {
      state: complete ? 'active' : state,
      assignment: generation?.assignment ?? [],
      silentMs: this.options.clock.monotonic() - this.answeredAt,
      ...(state === 'failed' ? { error: this.error } : {}),
    };
  }

  pause(partition: PartitionRef): void {
    this.generation?.flowOf(partition)?.pause();
  }

  resume(partition: PartitionRef): void {
    this.generation?.flowOf(partition)?.resume();
  }

  tell(partition: PartitionRef, next: bigint): void {
    if (!this.leaving.signal.aborted) this.told.add(partition, next);
  }

  async leave(): Promise<void> {
    this.leaving.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.leaving.signal.aborted) {
      try {
        await this.sit();
      } catch (error) {
        await this.fail(error);
      }
    }
    await this.options.seat.leave().catch(() => undefined);
    this.state = 'left';
    this.options.left(this);
    await this.options.links.close();
  }

  /** From a join to the moment when the next one is due. */
  private async sit(): Promise<void> {
    const share = await this.join();
    if (share === undefined) return;
    const { seat, clock, sessionTimeoutMs } = this.options;
    const answered = (): void => void (this.answeredAt = clock.monotonic());
    answered();
    const watch = new SessionWatch({ seat, told: this.told, clock, sessionTimeoutMs, missing: share.missing, answered });
    const refusal = new AbortController();
    const refused = (error: unknown): void => refusal.abort(error);
    const generation = new Generation({ ...this.options, answered, refused }, share.partitions, this.endings);
    this.generation = generation;
    this.state = 'joining';
    generation.begin();
    const verdict = await orAborted(orAborted(watch.verdict, refusal.signal), this.leaving.signal);
    await generation.end(() => (watch.isLost ? 'lost' : 'revoked'), this.endings);
    this.generation = undefined;
    await this.close(watch);
    if (refusal.signal.aborted) {
      await seat.leave().catch(() => undefined);
      throw refusal.signal.reason;
    }
    if (verdict === 'lost' || watch.isLost) throw watch.error;
    this.patience = FIRST_PAUSE_MS;
  }

  /** `undefined` where the member was to leave meanwhile. */
  private async join(): Promise<Share | undefined> {
    const { seat, clock } = this.options;
    const joining = seat.join();
    await orAborted(joining, this.leaving.signal);
    if (!this.leaving.signal.aborted) return joining;
    const patience = new AbortController();
    const over = clock.sleep(LEAVE_PATIENCE_MS, patience.signal);
    await Promise.race([joining, over]).catch(() => undefined);
    patience.abort();
    await over.catch(() => undefined);
    return undefined;
  }

  /** The session goes over into the next join; what was told meanwhile is passed on while it still counts. */
  private async close(watch: SessionWatch): Promise<void> {
    await watch.stop();
    const positions = this.told.take();
    if (!watch.isLost && positions.length > 0) await this.options.seat.commit(positions).catch(() => undefined);
  }

  private async fail(error: unknown): Promise<void> {
    this.state = 'failed';
    this.error = error;
    await this.options.clock.sleep(this.patience, this.leaving.signal).catch(() => undefined);
    this.patience = Math.min(this.patience * 2, LONGEST_PAUSE_MS);
  }
}

/** Resolves with the promise, or `undefined` as soon as the signal is aborted; leaves nothing behind at the signal. A late rejection is nobody's concern. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => (abort = () => resolve(undefined)));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
