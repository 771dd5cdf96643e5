import type { AppliedChange, MemoryChangeWriter } from '@minos/common';
import { EDIT_PARKED, END_PARKED_ACTION, PARK_AGAIN, PARK_MESSAGE, UNPARK_MESSAGE } from '../contracts/parked-store.js';
import type {
  EditParked,
  EndParkedAction,
  ParkAgain,
  ParkedAction,
  ParkedKeyRef,
  ParkedMessage,
  ParkedOutcome,
  ParkedPlace,
  ParkMessage,
  UnparkMessage,
} from '../contracts/parked-store.js';
import { MessageAlreadyParkedError, ParkedMessageGoneError } from '../errors/parked.errors.js';
import type { LoggedKey, MemoryParkedLog } from './memory-parked-log.js';

/** Carries the changes of parked messages into the log. */
export function memoryParkedWriters(log: MemoryParkedLog): readonly MemoryChangeWriter<never>[] {
  const add: MemoryChangeWriter<ParkMessage> = { kind: PARK_MESSAGE, apply: (change, tenant) => park(log, change, tenant) };
  const remove: MemoryChangeWriter<UnparkMessage> = { kind: UNPARK_MESSAGE, apply: (change) => unpark(log, change) };
  const again: MemoryChangeWriter<ParkAgain> = { kind: PARK_AGAIN, apply: (change) => parkAgain(log, change) };
  const edit: MemoryChangeWriter<EditParked> = { kind: EDIT_PARKED, apply: (change) => editParked(log, change) };
  const end: MemoryChangeWriter<EndParkedAction> = {
    kind: END_PARKED_ACTION,
    apply: ({ actions, outcome, detail }) => undoable(...actions.map((id) => log.endAction(id, outcome, detail))),
  };
  return [add, remove, again, edit, end] as MemoryChangeWriter<never>[];
}

function park(log: MemoryParkedLog, change: ParkMessage, tenant: string): AppliedChange {
  const { consumer, stored, cause } = change;
  const ref = { consumer, channel: stored.channel, key: stored.key };
  const found = log.find(ref);
  const isSame = (message: ParkedMessage): boolean =>
    message.stored.offset === stored.offset && message.stored.partition === stored.partition;
  if (found?.messages.some(isSame)) throw new MessageAlreadyParkedError(change);
  const message: ParkedMessage = {
    ...ref,
    place: log.nextPlace(),
    tenant,
    messageId: change.messageId,
    type: change.type,
    stored,
    ...(cause === undefined ? {} : { cause }),
    attempts: change.attempts,
    codeVersion: change.codeVersion,
    parkedAt: log.now(),
  };
  const key = found ?? { ref, partition: stored.partition, messages: [], retryAt: retryAt(log, change) };
  return undoable(log.put(ref, { ...key, messages: [...key.messages, message] }));
}

function unpark(log: MemoryParkedLog, change: UnparkMessage): AppliedChange {
  const { key, message } = demand(log, change);
  const messages = key.messages.filter((other) => other !== message);
  const back = log.put(change, { ...key, messages });
  const { headers, body } = message.stored;
  const undoAction = change.action === undefined ? undefined : log.changeAction(change.action, { before: { headers, body } });
  const ways = [back, ...(undoAction === undefined ? [] : [undoAction]), ...(messages.length > 0 ? [] : endRetries(log, change, 'done'))];
  return { ...undoable(...ways), result: { left: messages.length > 0 } };
}

function parkAgain(log: MemoryParkedLog, change: ParkAgain): AppliedChange {
  const { key, message } = demand(log, change);
  const { cause, attempts, codeVersion } = change;
  const back = log.put(change, { ...replaced(key, message, { cause, attempts, codeVersion }), retryAt: retryAt(log, change) });
  return undoable(back, ...endRetries(log, change, 'failed', cause.message));
}

function editParked(log: MemoryParkedLog, change: EditParked): AppliedChange {
  const { key, message } = demand(log, change);
  const { headers, body } = message.stored;
  const stored = { ...message.stored, headers: change.headers ?? headers, body: change.body ?? body };
  return undoable(log.put(change, replaced(key, message, { stored })), log.changeAction(change.action, { before: { headers, body } }));
}

function endRetries(log: MemoryParkedLog, ref: ParkedKeyRef, outcome: ParkedOutcome, detail?: string): (() => void)[] {
  const isOurs = (action: ParkedAction): boolean =>
    action.action === 'retry' && action.consumer === ref.consumer && action.channel === ref.channel && action.key === ref.key;
  return log.actions.filter(isOurs).map(({ id }) => log.endAction(id, outcome, detail));
}

function demand(log: MemoryParkedLog, place: ParkedPlace): { readonly key: LoggedKey; readonly message: ParkedMessage } {
  const key = log.find(place);
  const message = key?.messages.find((one) => one.place === place.place);
  if (key === undefined || message === undefined) throw new ParkedMessageGoneError(place);
  return { key, message };
}

function replaced(key: LoggedKey, message: ParkedMessage, change: Partial<ParkedMessage>): LoggedKey {
  return { ...key, messages: key.messages.map((other) => (other === message ? { ...message, ...change } : other)) };
}

function retryAt(log: MemoryParkedLog, { retryAfterMs }: { readonly retryAfterMs?: number }): number | undefined {
  return retryAfterMs === undefined ? undefined : log.now() + retryAfterMs;
}

function undoable(...ways: (() => void)[]): AppliedChange {
  return { result: undefined, undo: () => ways.toReversed().forEach((way) => way()) };
}
