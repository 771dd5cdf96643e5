import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { backoff, type Lease } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { channelsOf } from '../send/channels.js';
import { ReplySeat } from './reply-seat.js';
import { ReplyPlaceMissingError } from './request.errors.js';
import type { RequestPorts, RequestsSettings } from './requests.options.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Sees to it that this instance has a place for replies: takes a free partition, and another one when it loses that. A place that is left is read on for as long as
 * requests wait that were told it.
 */
export class ReplySeats {
  readonly channel: string;
  /** Why there is no place, or why the last one was left. */
  error: unknown;
  private seat: ReplySeat | undefined;
  private readonly retired = new Set<ReplySeat>();
  private readonly bells = new Set<() => void>();
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private readonly holder: string;
  private starts = 0;

  constructor(
    private readonly settings: RequestsSettings,
    private readonly ports: Omit<RequestPorts, 'outbox' | 'unitOfWork' | 'registry' | 'trust'>,
    private readonly take: (messages: readonly StoredMessage[]) => Promise<void>,
  ) {
    this.channel = channelsOf(settings.service).replies;
    this.holder = settings.instance ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  }

  /** The place that requests are told now. */
  get current(): ReplySeat | undefined {
    return this.seat;
  }

  /** Places that are read on. */
  get left(): number {
    return this.retired.size;
  }

  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.starts += 1;
    this.running = this.run(this.stopping.signal);
  }

  /** Gives everything back. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
    await Promise.all([...this.retired].map((seat) => this.forget(seat)));
  }

  /** A place for a request, which counts as its user until {@link leave}; `undefined` when the signal aborts before there is one. */
  async enter(signal: AbortSignal): Promise<ReplySeat | undefined> {
    while (this.seat === undefined && !signal.aborted) await this.change(signal);
    if (signal.aborted || this.seat === undefined) return undefined;
    this.seat.users += 1;
    return this.seat;
  }

  leave(seat: ReplySeat): void {
    seat.users -= 1;
    if (seat.users === 0 && this.retired.has(seat)) void this.forget(seat);
  }

  private async run(stop: AbortSignal): Promise<void> {
    for (let failures = 0; !stop.aborted;) {
      try {
        const seat = await this.findSeat();
        failures = 0;
        this.error = undefined;
        this.settle(seat);
        await seat.untilUnfit(stop);
        this.error = stop.aborted ? undefined : unfit(seat, this.channel);
      } catch (error) {
        this.error = error;
        failures += 1;
      }
      await this.retire();
      if (failures > 0) await this.ports.clock.sleep(backoff(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS), stop).catch(() => undefined);
    }
  }

  private async findSeat(): Promise<ReplySeat> {
    const { channel, settings, ports } = this;
    const { partitions, retention, lease: leaseMs, silence: silenceMs } = settings;
    await ports.broker.ensureChannels([{ name: channel, partitions, retentionMs: retention }]);
    const first = Math.floor(Math.random() * partitions);
    for (let step = 0; step < partitions; step += 1) {
      const partition = (first + step) % partitions;
      const lease = await this.lease(partition);
      if (lease === undefined) continue;
      return ReplySeat.open(lease, { channel, partition, partitions, leaseMs, silenceMs, take: this.take }, ports);
    }
    throw new ReplyPlaceMissingError(
      `All ${partitions} partitions of "${channel}" are leased by other instances, so this one has no place for replies. ` +
        'It waits for one; run fewer instances that ask, or make the channel anew with more partitions (Requests: partitions)',
    );
  }

  private lease(partition: number): Promise<Lease | undefined> {
    return this.ports.leases.acquire(`${this.channel}:${partition}`, `${this.holder}#${this.starts}`, this.settings.lease);
  }

  private settle(seat: ReplySeat): void {
    this.seat = seat;
    for (const ring of this.bells) ring();
  }

  private async retire(): Promise<void> {
    const { seat } = this;
    if (seat === undefined) return;
    this.seat = undefined;
    this.retired.add(seat);
    await seat.release();
    if (seat.users === 0) await this.forget(seat);
  }

  private async forget(seat: ReplySeat): Promise<void> {
    this.retired.delete(seat);
    await seat.close();
  }

  /** Resolves when there is another place, or the signal aborts. */
  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const ring = (): void => {
        this.bells.delete(ring);
        signal.removeEventListener('abort', ring);
        resolve();
      };
      this.bells.add(ring);
      signal.addEventListener('abort', ring, { once: true });
    });
  }
}

function unfit(seat: ReplySeat, channel: string): ReplyPlaceMissingError {
  const what = seat.leased ? `The broker said nothing for ${seat.silentMs} ms` : 'The lease was lost';
  return new ReplyPlaceMissingError(`The partition ${seat.partition} of "${channel}" was given up. ${what}`);
}
