import { isUuid, uuidv7, type EnlistedChange, type MessageRegistry, type Unit, type UnitOfWork } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import {
  CANCEL_SCHEDULE,
  SCHEDULE_MESSAGE,
  type CancelSchedule,
  type DueTime,
  type PendingSchedule,
  type ScheduleFilter,
  type ScheduleMessage,
  type SchedulePage,
  type ScheduleStore,
} from '../contracts/schedule-store.js';
import type { Outbox } from '../outbox/outbox.js';
import { commandMessage, type SendOptions } from '../send/command-message.js';
import { dueTimeOf, type When } from './due-time.js';
import { ScheduleIdInvalidError } from '../errors/schedule.errors.js';

export interface SchedulesOptions {
  /** Durable name of this service. */
  readonly service: string;
  readonly outbox: Outbox;
  readonly unitOfWork: UnitOfWork;
  readonly registry: MessageRegistry;
  readonly store: Pick<ScheduleStore, 'list'>;
  /** Called with the time of a message whose unit has committed: the hint of a runner of this process. It may not throw. @default nobody */
  readonly onScheduled?: (due: DueTime) => void;
}

/**
 * Sends messages later. Scheduling and cancelling commit with the open unit, or with one of their own; a message that is due leaves through the outbox, as if it
 * had been sent then, with the headers that it got when it was scheduled.
 */
export class Schedules {
  constructor(private readonly options: SchedulesOptions) {}

  /**
   * Schedules a command for the service that owns it; resolves with its id, by which it can be cancelled. Scheduling again with the id of a pending one puts that
   * off (or forward). The answer comes to the service's answer handler, as with `Messages.send`.
   */
  send(command: object, options: When & Partial<SendOptions>): Promise<string> {
    const { service, registry, unitOfWork } = this.options;
    const id = idOf(options.id ?? uuidv7());
    const { key, answer } = options;
    const message = commandMessage(command, service, registry, {
      id,
      ...(key === undefined ? {} : { key }),
      ...(answer === undefined ? {} : { answer }),
    });
    return unitOfWork.run((unit) => this.enlist(unit, message, options));
  }

  /** The same with a message that needs no class. */
  schedule(message: OutgoingMessage, when: When): Promise<string> {
    return this.options.unitOfWork.run((unit) => this.enlist(unit, message, when));
  }

  /**
   * Cancels a pending message; resolves with whether it was still pending: `true` means that it never leaves. Inside an open unit it flushes (to know the
   * answer), and takes effect with that unit; where nobody needs the answer, {@link enlistCancel} costs less.
   */
  cancel(id: string): Promise<boolean> {
    const { unitOfWork } = this.options;
    const open = unitOfWork.current();
    let cancelled: EnlistedChange<boolean> | undefined;
    const answer = (): boolean => cancelled?.result === true;
    if (open === undefined) return unitOfWork.run((unit) => void (cancelled = this.enlistCancel(unit, id))).then(answer);
    return Promise.resolve().then(async () => {
      cancelled = this.enlistCancel(open, id);
      await open.flush();
      return answer();
    });
  }

  /** Adds a message to the unit and returns its id. Does no I/O; throws what `Outbox.enlist` throws, and `SCHEDULE_INVALID`. */
  enlist(unit: Unit, message: OutgoingMessage, when: When): string {
    const { outbox, onScheduled } = this.options;
    const due = dueTimeOf(`The message ${message.type}`, { at: when.at, after: when.after } as When);
    const prepared = outbox.prepare(unit, { ...message, id: idOf(message.id ?? uuidv7()) });
    const change: ScheduleMessage = { ...prepared, kind: SCHEDULE_MESSAGE, type: message.type, due };
    unit.enlist<string>(change);
    if (onScheduled !== undefined) unit.onStored(() => onScheduled(due));
    return change.messageId;
  }

  /** Adds a cancel to the unit. Its result, once the unit has flushed or committed, says whether the message was still pending. */
  enlistCancel(unit: Unit, id: string): EnlistedChange<boolean> {
    const change: CancelSchedule = { kind: CANCEL_SCHEDULE, messageId: idOf(id) };
    return unit.enlist<boolean>(change);
  }

  /** What is pending, in the order of due times; the next page begins behind the last of this one. */
  pending(filter: ScheduleFilter = {}, page: Partial<SchedulePage> = {}): Promise<readonly PendingSchedule[]> {
    return this.options.store.list(filter, { limit: 100, ...page });
  }
}

/** Stores compare ids as text: one spelling. */
function idOf(id: string): string {
  if (typeof id !== 'string' || !isUuid(id)) throw new ScheduleIdInvalidError(id);
  return id.toLowerCase();
}
