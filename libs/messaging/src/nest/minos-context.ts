import type { ArgumentsHost, ContextType } from '@nestjs/common';
import type { MessageContext } from '../contracts/message-handler.js';

/** What `getType()` says where guards, interceptors, pipes and filters run for a message of ours. */
export const MINOS_CONTEXT = 'minos';

export type MinosContextType = typeof MINOS_CONTEXT;

/** Whether it is a message that is handled, and not a request: a guard for HTTP that is bound globally lets such calls pass by this. */
export function isMinosContext(host: ArgumentsHost): boolean {
  return host.getType<ContextType | MinosContextType>() === MINOS_CONTEXT;
}

/** The context of the message that is handled; only where {@link isMinosContext}. */
export function minosContextOf(host: ArgumentsHost): MessageContext {
  return host.getArgByIndex<MessageContext>(1);
}

/** The message itself, as the handler takes it; only where {@link isMinosContext}. */
export function minosMessageOf<M = unknown>(host: ArgumentsHost): M {
  return host.getArgByIndex<M>(0);
}
