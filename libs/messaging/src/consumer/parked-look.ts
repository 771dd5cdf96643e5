import type { Clock } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';
import type { ParkedStore } from '../contracts/parked-store.js';
import type { ParkedTotal } from './partition-parking.js';
import type { PartitionWorker } from './partition-worker.js';

const MOST_AT_ONCE = 500;

export interface WatchedPartition {
  readonly ref: PartitionRef;
  readonly worker: PartitionWorker;
  /** Whether something may wait although nothing is parked: after the take-over, and until a look found nothing. */
  watch: boolean;
}

/** Looks now and then for what operators ask, and for keys whose time to be retried has come, as long as something is parked. */
export class ParkedLook {
  constructor(
    private readonly options: {
      readonly consumer: string;
      readonly everyMs: number;
      readonly parked: ParkedStore;
      readonly clock: Clock;
      readonly total: ParkedTotal;
    },
    private readonly partitions: () => Iterable<WatchedPartition>,
  ) {}

  /** Never rejects: a look that fails is made up for by the next. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.options;
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const { consumer, parked, total } = this.options;
    const watched = [...this.partitions()].filter(({ worker, watch }) => !worker.life.ended && (watch || worker.parking.keys > 0));
    if (watched.length === 0) return;
    const { actions, due, messages } = await parked.work(
      consumer,
      watched.map(({ ref }) => ref),
      MOST_AT_ONCE,
    );
    total.messages = messages;
    for (const action of actions) {
      watched.find(({ ref }) => ref.channel === action.channel && ref.partition === action.partition)?.worker.drain.begin(action);
    }
    for (const { channel, key } of due) {
      watched.find(({ ref, worker }) => ref.channel === channel && worker.parking.has(key))?.worker.drain.drain(key);
    }
    for (const partition of watched) {
      const { channel, partition: number } = partition.ref;
      partition.watch = partition.worker.parking.keys > 0 || actions.some((one) => one.channel === channel && one.partition === number);
    }
  }
}
