import { plainArray } from '@minos/postgres';
import type { BrokerContext } from '../broker-context.js';
import { TELL } from '../broker.sql.js';
import type { HeldPartition } from './held-partition.js';

/** Positions on their way to the broker: what is told within a time goes in one statement, the last of each partition. What cannot be sent goes with the next. */
export class ToldPositions {
  private readonly pending = new Map<HeldPartition, bigint>();
  private readonly stopping = new AbortController();
  private waiting = false;

  constructor(
    private readonly context: BrokerContext,
    private readonly group: string,
  ) {}

  tell(held: HeldPartition, next: bigint): void {
    this.pending.set(held, next);
    if (!this.waiting) void this.flushLater();
  }

  /** Sends what there is now. Never rejects. */
  async flush(): Promise<void> {
    const told = [...this.pending];
    this.pending.clear();
    if (told.length === 0) return;
    const held = told.map(([one]) => one);
    const values = [
      this.group,
      plainArray(held.map(({ channelId }) => channelId)),
      plainArray(held.map(({ partition }) => partition.partition)),
      plainArray(held.map(({ epoch }) => String(epoch))),
      plainArray(told.map(([, next]) => String(next))),
    ];
    await this.context.gateway.call('tell', TELL, values).catch(() => this.putBack(told));
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Where nothing newer was told. Partitions that have gone to others meanwhile are left out by their epochs. */
  private putBack(told: readonly (readonly [HeldPartition, bigint])[]): void {
    for (const [held, next] of told) if (!this.pending.has(held)) this.pending.set(held, next);
    if (!this.waiting && !this.stopping.signal.aborted) void this.flushLater();
  }

  private async flushLater(): Promise<void> {
    this.waiting = true;
    const { clock, settings } = this.context;
    await clock.sleep(settings.tellMs, this.stopping.signal).catch(() => undefined);
    this.waiting = false;
    if (!this.stopping.signal.aborted) await this.flush();
  }
}
