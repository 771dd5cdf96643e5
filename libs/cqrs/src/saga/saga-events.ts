import { type MessageClass, messageMetadataOf } from '@minos/common';
import { typesAskedFor } from './of-type.js';
import { type SagaDeclaration } from './saga.decorator.js';

/** What @nestjs/cqrs calls a saga: a stream of events to a stream of commands. */
export type SagaFunction = (events$: never) => unknown;

/** A saga of a durable class, with what it is called for. */
export interface DurableSaga {
  readonly property: string;
  readonly events: readonly MessageClass[];
}

/** The durable sagas of one class; what is wrong with them goes to `faults`, as sentences with their cure. */
export function durableSagas(instance: object, declarations: readonly SagaDeclaration[], faults: string[]): readonly DurableSaga[] {
  return declarations
    .filter(({ continuous }) => continuous !== true)
    .flatMap((declaration) => {
      const { property } = declaration;
      const place = `@Saga() on ${instance.constructor.name}.${property}`;
      const saga = (instance as Readonly<Record<string, unknown>>)[property];
      if (typeof saga !== 'function') {
        faults.push(`${place}: it is no function. Make it one that takes the stream of events and returns a stream of commands.`);
        return [];
      }
      const events = declaration.events ?? typesAskedFor((events$) => (saga as (events$: unknown) => unknown).call(instance, events$));
      faults.push(...eventFaults(place, events));
      return [{ property, events: events ?? [] }];
    });
}

function eventFaults(place: string, events: readonly MessageClass[] | undefined): string[] {
  if (events === undefined || events.length === 0)
    return [
      `${place}: it does not say which events it is for. Begin with events$.pipe(ofType(…)), with ofType of @minos/cqrs, or write @Saga({ events: […] }).`,
    ];
  return events.flatMap((event) =>
    messageMetadataOf(event)?.kind === 'event'
      ? []
      : [`${place}: ${event.name} is no event with a durable name. Give its class one, such as @Event('order.placed').`],
  );
}
