import { defineMetadata, type MessageClass, ownMetadata } from '@minos/common';
import { Saga as NestSaga } from '@nestjs/cqrs';

/** How a saga of a class with `@Consumer` runs. */
export interface SagaOptions {
  /** One stream for the life of the process, as in @nestjs/cqrs: it may remember events, and forgets them with the process. @default false */
  readonly continuous?: boolean;
  /** The events that it is called with. @default those that it names with `ofType` */
  readonly events?: readonly MessageClass[];
}

export interface SagaDeclaration extends SagaOptions {
  readonly property: string;
}

/** Under which @nestjs/cqrs keeps the names of a class's sagas; it exports no name for it. */
const NEST_SAGAS = '__saga__';
const OPTIONS = Symbol.for('@minos/cqrs/saga-options');

type OptionsByProperty = Readonly<Record<string, SagaOptions>>;

/**
 * The saga of @nestjs/cqrs: a function of the stream of events to a stream of commands. On a class with `@Consumer('…')` it is durable: it is called for each event, in the
 * unit of its delivery, with a stream of that one event, and the commands that it emits until it completes are enqueued with the unit.
 */
export function Saga(options: SagaOptions = {}): PropertyDecorator {
  const nest = NestSaga();
  return (target, property) => {
    nest(target, property);
    const type = target.constructor;
    defineMetadata(type, OPTIONS, { ...ownMetadata<OptionsByProperty>(type, OPTIONS), [String(property)]: options });
  };
}

/** The sagas of a class, those of the classes above it included. */
export function sagaDeclarationsOf(type: object): readonly SagaDeclaration[] {
  const properties = (Reflect.getMetadata(NEST_SAGAS, type) ?? []) as readonly string[];
  return properties.map((property) => ({ property, ...optionsOf(type, property) }));
}

function optionsOf(type: object, property: string): SagaOptions {
  for (let one: object | null = type; typeof one === 'function'; one = Object.getPrototypeOf(one) as object | null) {
    const options = ownMetadata<OptionsByProperty>(one, OPTIONS)?.[property];
    if (options !== undefined) return options;
  }
  return {};
}
