import type { Clock, MemoryChangeWriter } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';
import type {
  ParkedAction,
  ParkedActionFilter,
  ParkedCount,
  ParkedFilter,
  ParkedKeyRef,
  ParkedKeySummary,
  ParkedMessage,
  ParkedPlace,
  ParkedRequest,
  ParkedStore,
  ParkedTotals,
  ParkedWork,
} from '../contracts/parked-store.js';
import { MemoryParkedLog, type LoggedKey } from './memory-parked-log.js';
import { memoryParkedWriters } from './memory-parked-writers.js';

/** Parked messages in the memory of the process; `writers` go to the unit of work's committer. */
export class MemoryParkedStore implements ParkedStore {
  private readonly log: MemoryParkedLog;
  readonly writers: readonly MemoryChangeWriter<never>[];

  constructor(private readonly clock: Clock) {
    this.log = new MemoryParkedLog(clock);
    this.writers = memoryParkedWriters(this.log);
  }

  async keys(consumer: string, { channel, partition }: PartitionRef): Promise<readonly ParkedCount[]> {
    return this.log
      .keysOf({ consumer, channel })
      .filter((key) => key.partition === partition)
      .map(({ ref, messages }) => ({ key: ref.key, messages: messages.length }));
  }

  async first(ref: ParkedKeyRef): Promise<ParkedMessage | undefined> {
    return this.log.find(ref)?.messages[0];
  }

  async message(place: ParkedPlace): Promise<ParkedMessage | undefined> {
    return this.log.find(place)?.messages.find((message) => message.place === place.place);
  }

  async work(consumer: string, partitions: readonly PartitionRef[], limit: number): Promise<ParkedWork> {
    const ours = (channel: string, partition: number): boolean =>
      partitions.some((one) => one.channel === channel && one.partition === partition);
    const keys = this.log.keysOf({ consumer });
    const due = keys.filter(
      ({ ref, partition, retryAt }) => retryAt !== undefined && retryAt <= this.clock.now() && ours(ref.channel, partition),
    );
    return {
      actions: this.log.actions
        .filter((action) => action.ended === undefined && action.consumer === consumer && ours(action.channel, action.partition))
        .slice(0, limit),
      due: due.slice(0, limit).map(({ ref }) => ref),
      messages: keys.reduce((sum, { messages }) => sum + messages.length, 0),
    };
  }

  async list(
    filter: ParkedFilter,
    { limit, skip }: { readonly limit: number; readonly skip: number },
  ): Promise<readonly ParkedKeySummary[]> {
    return this.log
      .keysOf(filter)
      .slice(skip, skip + limit)
      .map((key) => this.summary(key));
  }

  async messages(
    ref: ParkedKeyRef,
    { limit, after = 0n }: { readonly limit: number; readonly after?: bigint },
  ): Promise<readonly ParkedMessage[]> {
    return (this.log.find(ref)?.messages ?? []).filter(({ place }) => place > after).slice(0, limit);
  }

  async totals(filter: ParkedFilter): Promise<ParkedTotals> {
    const keys = this.log.keysOf(filter);
    return { keys: keys.length, messages: keys.reduce((sum, { messages }) => sum + messages.length, 0) };
  }

  async actions(
    filter: ParkedActionFilter,
    { limit, before }: { readonly limit: number; readonly before?: bigint },
  ): Promise<readonly ParkedAction[]> {
    return this.log.actions
      .filter((action) => fits(action, filter) && (before === undefined || action.id < before))
      .toReversed()
      .slice(0, limit);
  }

  async request({ action, filter, place, headers, body, by, reason }: ParkedRequest): Promise<readonly bigint[]> {
    const targets = this.log.keysOf(filter).flatMap((key) => targetsOf(key, action === 'retry' ? 'key' : place));
    return targets.map((target) =>
      this.log.addAction({
        ...target,
        action,
        by,
        requestedAt: this.clock.now(),
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
        ...(reason === undefined ? {} : { reason }),
      }),
    );
  }

  private summary({ ref, partition, messages }: LoggedKey): ParkedKeySummary {
    const first = messages[0] as ParkedMessage;
    const retrying = this.log.actions.some(
      (action) =>
        action.ended === undefined &&
        action.action === 'retry' &&
        action.consumer === ref.consumer &&
        action.channel === ref.channel &&
        action.key === ref.key,
    );
    return {
      ...ref,
      partition,
      messages: messages.length,
      ...(first.cause === undefined ? {} : { cause: first.cause }),
      type: first.type,
      attempts: first.attempts,
      parkedAt: first.parkedAt,
      state: retrying ? 'retrying' : 'parked',
    };
  }
}

function fits(action: ParkedAction, { ids, ...wanted }: ParkedActionFilter): boolean {
  if (ids !== undefined && !ids.includes(action.id)) return false;
  const names = ['consumer', 'channel', 'key', 'by'] as const;
  return names.every((name) => wanted[name] === undefined || wanted[name] === action[name]);
}

type Target = ParkedKeyRef & { readonly partition: number; readonly place?: bigint };

function targetsOf({ ref, partition, messages }: LoggedKey, which: 'key' | bigint | undefined): Target[] {
  if (which === 'key') return [{ ...ref, partition }];
  const wanted = which === undefined ? messages : messages.filter(({ place }) => place === which);
  return wanted.map(({ place }) => ({ ...ref, partition, place }));
}
