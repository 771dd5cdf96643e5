export type { EnhancerKind } from './enhancers.js';
export { HandlerMethodMissingError } from './invoker.errors.js';
export { type HandlerProvider, MessageHandlerInvoker, type MessageHandlerInvokerOptions } from './message-handler-invoker.js';
export { isMinosContext, MINOS_CONTEXT, minosContextOf, type MinosContextType, minosMessageOf } from './minos-context.js';
