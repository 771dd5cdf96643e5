import { defineMetadata, ownMetadata, type CommandResult, type MessageClass, type Rejection } from '@minos/common';

/** What came of a command that was sent: the handler's result, or its typed "no". */
export type Answer<C = unknown> =
  | { readonly commandId: string; readonly key: string; readonly result: CommandResult<C> }
  | { readonly commandId: string; readonly key: string; readonly rejection: Rejection };

/** A class that {@link AnswerHandler} marks has this method. */
export interface IAnswerHandler<C = unknown> {
  handle(answer: Answer<C>): Promise<void> | void;
}

const ANSWERS = Symbol.for('@minos/answers');

/**
 * Handles the answers to commands of this class that this service has sent: once each, in the order of the commands for each key, also when the service was away
 * meanwhile.
 */
export function AnswerHandler<C>(command: MessageClass<C>): (target: new (...args: never[]) => IAnswerHandler<C>) => void {
  return (target) => defineMetadata(target, ANSWERS, command);
}

/** The class of commands whose answers a class handles. */
export function answeredCommandOf(target: object): MessageClass | undefined {
  return ownMetadata<MessageClass>(target, ANSWERS);
}
