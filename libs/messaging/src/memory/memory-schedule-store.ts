import { uuidv7, type AppliedChange, type Change, type Clock, type MemoryChangeWriter, type MemoryCommitter } from '@minos/common';
import { OUTBOX_ADD, type OutboxAdd } from '../contracts/outgoing-message.js';
import {
  CANCEL_SCHEDULE,
  SCHEDULE_MESSAGE,
  type CancelSchedule,
  type DueMove,
  type PendingSchedule,
  type ScheduleFilter,
  type ScheduleMessage,
  type SchedulePage,
  type ScheduleProgress,
  type ScheduleStore,
} from '../contracts/schedule-store.js';

interface Waiting {
  readonly message: ScheduleMessage;
  readonly dueAt: number;
  readonly scheduledAt: number;
}

const MOVE_DUE = 'messaging.move-due';

interface MoveDue extends Change {
  readonly kind: typeof MOVE_DUE;
  readonly limit: number;
}

/** Pending messages in the memory of the process. It registers its writers with the committer, through which it also moves what is due. */
export class MemoryScheduleStore implements ScheduleStore {
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly clock: Clock,
    private readonly outbox: MemoryChangeWriter<OutboxAdd>,
    private readonly committer: MemoryCommitter,
  ) {
    const schedule: MemoryChangeWriter<ScheduleMessage> = { kind: SCHEDULE_MESSAGE, apply: (change) => this.schedule(change) };
    const cancel: MemoryChangeWriter<CancelSchedule> = { kind: CANCEL_SCHEDULE, apply: ({ messageId }) => this.take(messageId) };
    const move: MemoryChangeWriter<MoveDue> = { kind: MOVE_DUE, apply: ({ limit }) => this.move(limit) };
    for (const writer of [schedule, cancel, move]) committer.register(writer);
  }

  async moveDue(limit: number): Promise<DueMove> {
    const change: MoveDue = { kind: MOVE_DUE, limit };
    const [moved] = await this.committer.commit({ unitId: uuidv7(), tenant: '', changes: [change], standsOn: [] });
    return moved as DueMove;
  }

  async list(filter: ScheduleFilter, { limit, after }: SchedulePage): Promise<readonly PendingSchedule[]> {
    const behind = this.inOrder().filter((one) => after === undefined || compare(one, { dueAt: after.dueAt, id: after.id }) > 0);
    return behind
      .map(pendingOf)
      .filter((one) => fits(one, filter))
      .slice(0, limit);
  }

  async progress(): Promise<ScheduleProgress> {
    const [first] = this.inOrder();
    const overdue = first === undefined ? 0 : Math.max(0, this.clock.now() - first.dueAt);
    return { pending: this.waiting.size, overdueSeconds: overdue / 1000 };
  }

  private schedule(message: ScheduleMessage): AppliedChange {
    const { messageId, due } = message;
    const now = this.clock.now();
    const before = this.waiting.get(messageId);
    this.waiting.set(messageId, { message, dueAt: 'at' in due ? due.at : Math.ceil(now + due.after), scheduledAt: now });
    return { result: messageId, undo: () => this.restore(messageId, before) };
  }

  /** Takes a pending message away; the result says whether it was pending. For writers of other stores that share the committer. */
  take(messageId: string): AppliedChange {
    const before = this.waiting.get(messageId);
    return { result: this.waiting.delete(messageId), undo: () => this.restore(messageId, before) };
  }

  /** Makes a pending message due now; the result says whether it was pending. For writers of other stores that share the committer. */
  hasten(messageId: string): AppliedChange {
    const before = this.waiting.get(messageId);
    if (before === undefined) return { result: false, undo: () => undefined };
    this.waiting.set(messageId, { ...before, dueAt: this.clock.now() });
    return { result: true, undo: () => this.restore(messageId, before) };
  }

  private restore(messageId: string, before: Waiting | undefined): void {
    if (before === undefined) this.waiting.delete(messageId);
    else this.waiting.set(messageId, before);
  }

  private move(limit: number): AppliedChange {
    const now = this.clock.now();
    const due = this.inOrder().filter(({ dueAt }) => dueAt <= now);
    const leaving = due.slice(0, limit);
    const applied = leaving.flatMap(({ message, id }) => [this.take(id), this.outbox.apply(outboxAddOf(message), message.tenant)]);
    const next = this.inOrder().find(({ dueAt }) => dueAt > now);
    const result: DueMove = {
      moved: leaving.length,
      slots: [...new Set(leaving.map(({ message }) => message.slot))],
      left: due.length > leaving.length,
      nextInMs: next === undefined ? undefined : next.dueAt - now,
      now,
    };
    return { result, undo: () => applied.reverse().forEach((one) => one.undo()) };
  }

  private inOrder(): (Waiting & { readonly id: string })[] {
    return [...this.waiting].map(([id, one]) => ({ id, ...one })).sort(compare);
  }
}

interface Place {
  readonly dueAt: number;
  readonly id: string;
}

function compare(one: Place, other: Place): number {
  if (one.dueAt !== other.dueAt) return one.dueAt - other.dueAt;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

function outboxAddOf({ messageId, tenant, channel, key, keyHash, slot, headers, body }: ScheduleMessage): OutboxAdd {
  return { kind: OUTBOX_ADD, messageId, tenant, channel, key, keyHash, slot, headers, body };
}

function pendingOf({ message, dueAt, scheduledAt }: Waiting): PendingSchedule {
  const { messageId: id, type, channel, key, tenant } = message;
  return { id, type, channel, key, tenant, dueAt, scheduledAt };
}

function fits(one: PendingSchedule, { type, channel, key }: ScheduleFilter): boolean {
  return [
    [type, one.type],
    [channel, one.channel],
    [key, one.key],
  ].every(([wanted, found]) => wanted === undefined || wanted === found);
}
