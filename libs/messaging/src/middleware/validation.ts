import { Rejection } from '@minos/common';
import type { HandlerCall, HandlerDescription, HandlerKind, MessageMiddleware } from '../contracts/message-middleware.js';
import { classRulesOf, type ClassRules } from './class-rules.js';
import { MessageInvalidError, type MessageFault } from './middleware.errors.js';
import { UnfitMessage } from './unfit-message.js';

/** The code of the rejection that answers a command that does not fit its class. */
export const MESSAGE_INVALID = 'message.invalid';

/** More would help nobody and could be made to cost much. */
const MOST_FAULTS = 100;

/** Somebody waits for an answer to these. */
const ANSWERED: ReadonlySet<HandlerKind> = new Set(['command', 'pattern']);

/** Checks messages against their class; none where the class has neither rules nor a schema. */
export function validation({ metadata }: HandlerDescription, rulesOfClasses: boolean): MessageMiddleware | undefined {
  if (metadata === undefined) return undefined;
  const rules = rulesOfClasses ? classRulesOf(metadata.target) : undefined;
  return rules === undefined && metadata.schema === undefined ? undefined : new Validation(rules);
}

class Validation implements MessageMiddleware {
  constructor(private readonly rules: ClassRules | undefined) {}

  handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const { message } = call;
    if (message instanceof UnfitMessage) return Promise.reject(refusal(call, message.errors));
    return this.rules === undefined ? next() : this.check(this.rules, call, next);
  }

  private async check(rules: ClassRules, call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const faults = await rules.faultsOf(call.message as object);
    if (faults.length > 0) throw refusal(call, faults);
    return next();
  }
}

/** Who waits hears of it; an event that happened cannot be refused, so it parks. */
function refusal({ kind, name }: HandlerCall, faults: readonly MessageFault[]): Error {
  const errors = faults.slice(0, MOST_FAULTS);
  if (!ANSWERED.has(kind)) return new MessageInvalidError(name, errors);
  const places = errors.map(({ path }) => path || 'the message').join(', ');
  return new Rejection(MESSAGE_INVALID, `${name} does not fit: ${places}.`, { errors });
}
