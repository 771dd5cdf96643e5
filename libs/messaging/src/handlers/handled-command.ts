import type { Envelope, Unit } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import type { OutboxAdd } from '../contracts/outgoing-message.js';
import { SCHEDULE_MESSAGE, type ScheduleMessage } from '../contracts/schedule-store.js';
import { placeOf } from '../request/request-place.js';
import { ANSWER_TO } from '../send/command-message.js';

/** The command whose handling a unit carries. */
export interface HandledCommand {
  readonly envelope: Envelope;
  /** Whether somebody waits for its answer. */
  readonly isAnswered: boolean;
  /** Id under which its answer is kept back. @default it leaves with the unit */
  readonly lateId?: string;
}

const HANDLED = Symbol.for('@minos/messaging/handled-command');

/** When a message that is kept back would leave if nobody let it go: never. */
const WITHHELD_UNTIL = Date.UTC(9999, 11, 31);

/** Notes what the unit is about, for what its handler calls. */
export function beginHandling({ unit, envelope }: Pick<MessageContext, 'unit' | 'envelope'>): void {
  const isAnswered = envelope.extensions?.[ANSWER_TO] !== undefined || placeOf(envelope) !== undefined;
  unit.resources.set(HANDLED, { envelope, isAnswered } satisfies HandledCommand);
}

/** The command that the unit handles; `undefined` where it handles none that came over the broker. */
export function handledCommandOf(unit: Unit): HandledCommand | undefined {
  return unit.resources.get(HANDLED) as HandledCommand | undefined;
}

/**
 * Keeps the answer of the command back that the unit handles: it is stored with the unit among the scheduled messages, under this id (a UUID), and due never. Whoever makes it
 * due in the transaction in which its time has come lets it leave once, as any scheduled message. A rejection is not kept back: of a handler that throws one nothing is stored.
 * Has no effect where nobody waits for an answer.
 */
export function answerLater(unit: Unit, id: string): void {
  const handled = handledCommandOf(unit);
  if (handled?.isAnswered) unit.resources.set(HANDLED, { ...handled, lateId: id } satisfies HandledCommand);
}

/** The change that stores an answer without letting it go. */
export function withheld(message: OutboxAdd, type: string): ScheduleMessage {
  return { ...message, kind: SCHEDULE_MESSAGE, type, due: { at: WITHHELD_UNTIL } };
}
