import { type AppliedChange, type MemoryChangeWriter } from '@minos/common';
import { OUTBOX_ADD, type OutboxAdd, SCHEDULE_MESSAGE, type ScheduleMessage } from '@minos/messaging/contracts';

/** A message that a unit has committed, to leave now or later. */
export interface SentMessage {
  /** Durable name. */
  readonly type: string | undefined;
  readonly channel: string;
  readonly key: string;
  readonly data: unknown;
  /** When it is due; missing where it leaves at once. */
  readonly due?: ScheduleMessage['due'];
}

/** Keeps what units send, in the order of their commits; for tests. */
export class SentMessages {
  private readonly kept: SentMessage[] = [];

  readonly writers: readonly MemoryChangeWriter<never>[] = [
    this.writer<OutboxAdd>(OUTBOX_ADD, (change) => sentOf(change)),
    this.writer<ScheduleMessage>(SCHEDULE_MESSAGE, (change) => ({ ...sentOf(change), due: change.due })),
  ] as readonly MemoryChangeWriter<never>[];

  /** What was committed since the first so many. */
  since(count: number): readonly SentMessage[] {
    return this.kept.slice(count);
  }

  get count(): number {
    return this.kept.length;
  }

  private writer<C extends OutboxAdd | ScheduleMessage>(kind: C['kind'], read: (change: C) => SentMessage): MemoryChangeWriter<C> {
    const apply = (change: C): AppliedChange => {
      const sent = read(change);
      this.kept.push(sent);
      return { result: change.messageId, undo: () => void this.kept.splice(this.kept.indexOf(sent), 1) };
    };
    return { kind, apply };
  }
}

function sentOf({ channel, key, headers, body }: Pick<OutboxAdd, 'channel' | 'key' | 'headers' | 'body'>): SentMessage {
  return { type: headers['ce_type'], channel, key, data: JSON.parse(body) };
}
