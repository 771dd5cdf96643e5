import { type MessageClass } from '@minos/common';
import { ofType as nestOfType } from '@nestjs/cqrs';
import { NEVER, Observable, type OperatorFunction } from 'rxjs';

const TYPES = Symbol.for('@minos/cqrs/of-type');

/** The operator of @nestjs/cqrs, which a durable saga is asked for its events by. */
export const ofType: typeof nestOfType = (...types) => {
  const operator: ReturnType<typeof nestOfType> = nestOfType(...types);
  return Object.defineProperty(operator, TYPES, { value: types }) as never;
};

/** The types that a saga lets through with {@link ofType} where it begins; `undefined` where it begins otherwise, and may want any event. Nothing is subscribed to. */
export function typesAskedFor(saga: (events$: Observable<object>) => unknown): readonly MessageClass[] | undefined {
  const probe = new Probe();
  saga(probe);
  return probe.asked.length === 0 || probe.asked.includes(undefined) ? undefined : (probe.asked.flat() as readonly MessageClass[]);
}

/** A stream without events that notes what it is piped through. */
class Probe extends Observable<object> {
  readonly asked: (readonly MessageClass[] | undefined)[] = [];

  constructor() {
    super((subscriber) => NEVER.subscribe(subscriber));
  }

  override pipe(...operators: readonly OperatorFunction<never, never>[]): Observable<never> {
    const [first] = operators;
    this.asked.push((first as { readonly [TYPES]?: readonly MessageClass[] } | undefined)?.[TYPES]);
    return operators.reduce<Observable<unknown>>((stream$, operator) => operator(stream$ as never), NEVER) as Observable<never>;
  }
}
