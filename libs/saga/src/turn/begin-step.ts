import type { JsonValue } from '@minos/common';
import type { OutgoingMessage } from '@minos/messaging/contracts';
import type { Attempt } from '../contracts/saga-instance.js';
import type { StepNode } from '../definition/plan.js';
import { sagaMetadataOf } from '../definition/saga.decorator.js';
import type { Draft } from './draft.js';
import { timeoutOf } from './policies.js';

/** A command that was made and can be sent, or run. */
export interface MadeCommand {
  readonly name: string;
  /** Missing where it is run here. */
  readonly message?: OutgoingMessage;
}

/** Begins a step, or tries it again with a command of its own. */
export function beginStep(draft: Draft, step: StepNode, number = 1): void {
  if (step.action === 'saga') return beginChild(draft, step, number);
  const request = draft.ports.newId();
  const make = (): object => step.make(draft.state as never) as object;
  const made = draft.guarded(step.name, 'The command', () => makeCommand(draft, make, { request, local: step.action === 'local' }));
  if (made === undefined) return;
  const { name, message } = made;
  const attempt: Attempt =
    message === undefined
      ? { request, command: name, key: '', local: true, number, dueAt: draft.now }
      : { request, command: name, key: message.key, number, dueAt: draft.now + timeoutOf(step, draft.isForward).afterMs };
  draft.set(step.name, { status: 'waiting', order: 0, attempt });
  if (message === undefined) return;
  draft.sends.push(message);
  draft.note('sent', step.name, { command: name, request, attempt: number });
}

/** Sends the command of a step again that was not answered in time: with the same id, so it has no second effect. */
export function sendAgain(draft: Draft, step: StepNode, { request, key, ...attempt }: Attempt): void {
  const make = (): object => step.make(draft.state as never) as object;
  const made = draft.guarded(step.name, 'The command', () => makeCommand(draft, make, { request, key, again: true }));
  if (made?.message === undefined) return;
  const number = attempt.number + 1;
  const dueAt = draft.now + timeoutOf(step, draft.isForward).afterMs;
  draft.set(step.name, { status: 'waiting', order: 0, attempt: { ...attempt, request, key, number, dueAt } });
  draft.sends.push(made.message);
  draft.note('retried', step.name, { request, attempt: number });
}

/** Throws where `make` makes no command, or one that could not be sent. */
export function makeCommand(
  draft: Draft,
  make: () => object | undefined,
  { local = false, ...as }: { readonly request: string; readonly key?: string; readonly again?: boolean; readonly local?: boolean },
): MadeCommand {
  const command = make();
  if (typeof command !== 'object' || command === null) throw new TypeError(`${String(command)} is no command`);
  const name = draft.ports.nameOf(command);
  return local ? { name } : { name, message: draft.ports.message(command, { sagaId: draft.before.id, ...as }) };
}

function beginChild(draft: Draft, step: StepNode, number: number): void {
  const { saga, name } = step;
  const made = draft.guarded(name, 'The state of the saga', () => ({ state: step.make(draft.state as never) as JsonValue }));
  if (made === undefined || saga === undefined) return;
  const request = draft.ports.newId();
  // What its answer will name: the durable name, as the one of a command.
  const command = sagaMetadataOf(saga)?.name ?? saga.name;
  const { timeout } = step;
  const due = timeout === undefined ? {} : { dueAt: draft.now + timeout.afterMs };
  draft.set(name, { status: 'waiting', order: 0, attempt: { request, command, key: '', number, ...due } });
  draft.children.push({ step: name, request, saga, state: made.state });
  draft.note('sent', name, { saga: command, request, attempt: number });
}
