/** One handling of a command or query in this process. */
export interface HandledCall {
  readonly kind: 'command' | 'query';
  readonly message: object;
  /** The class of the handler. */
  readonly handler: HandlerType;
}

export type HandlerType = abstract new (...args: never[]) => unknown;

/**
 * Stands around handlers, inside the unit of work of a command that has one. `next()` may be called once; without it the handler does not run, and what the
 * behaviour returns is the result.
 */
export interface Behaviour {
  handle(call: HandledCall, next: () => Promise<unknown>): unknown;
}

/** A provider of the application. */
export type BehaviourType = abstract new (...args: never[]) => Behaviour;
