/** A client that sends to every service; its patterns, or the classes of the messages, say to which. */
export const MINOS_CLIENT = Symbol.for('@minos/messaging/client');
/** For `@EventPattern(…, MINOS_TRANSPORT)`, where an application listens to several transports and a handler belongs to this one. */
export const MINOS_TRANSPORT = Symbol.for('@minos/messaging/transport');
