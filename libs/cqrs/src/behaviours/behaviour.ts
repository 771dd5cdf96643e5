/** One handling of a command, query or event. */
export interface HandledCall {
  readonly kind: 'command' | 'query' | 'event';
  readonly message: object;
  /** The class of the handler. */
  readonly handler: HandlerType;
}

export type HandlerType = abstract new (...args: never[]) => unknown;

/**
 * Stands around handlers, whether a bus of this process calls them or a message of the broker, inside the unit of work where there is one, and once for each try. `next()` may
 * be called once; without it the handler does not run, and what the behaviour returns is the result.
 */
export interface Behaviour {
  handle(call: HandledCall, next: () => Promise<unknown>): unknown;
}

/** A provider of the application. */
export type BehaviourType = abstract new (...args: never[]) => Behaviour;
