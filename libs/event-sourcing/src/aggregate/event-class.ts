/** A class of events (or of anything that is told apart by its class). */
export type EventClass<E extends object = object> = abstract new (...args: never[]) => E;
