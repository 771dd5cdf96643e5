import { defineMetadata, type MessageClass, ownMetadata } from '@minos/common';
import type { SubscriptionRetry } from '@minos/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { RowClass } from '../view/view.decorator.js';
import type { ProjectionContext } from './projection-context.js';

export interface ProjectionOptions {
  /** Raise it with every change of what is made of events: the new version is built beside the old one, from the first event on. */
  readonly version: number;
  /**
   * The service whose events it gets, in the order of that service's feed; a view on them is built from there, however long ago they happened.
   * @default this service
   */
  readonly from?: string;
  /** The views that it makes. @default none: its methods write SQL of their own */
  readonly views?: readonly RowClass[];
  /**
   * Tables that its methods write with `sqlOf(context)` or `entityManagerOf(context)`, `name` or `schema.name`. They must be there when the service starts, and
   * empty where this version has not begun: give each version tables of its own. @default none
   */
  readonly tables?: readonly string[];
  /** Events in one unit at the most. @default 500 */
  readonly batchSize?: number;
  /** How often an event is tried that its method throws for, and with which pauses. @default 5 attempts, 100 ms to 10 s */
  readonly retry?: SubscriptionRetry;
  /**
   * What then becomes of it: `stop` stands before it until `Projections.resume` or a restart; `skip` passes it without effect and keeps a record, see `Projections.skipped`.
   * Skip only where rows may lack an event. @default 'stop'
   */
  readonly onFailure?: 'stop' | 'skip';
}

export interface ProjectionMetadata extends ProjectionOptions {
  readonly name: string;
}

export interface WhenDeclaration {
  readonly event: MessageClass;
  readonly method: string | symbol;
}

const PROJECTION = Symbol.for('@minos/cqrs/projection');
const WHEN = Symbol.for('@minos/cqrs/when');

/** Makes views of events: a provider whose `@When` methods get the events of one service in the order of its feed, each once for the rows that they write. */
export function Projection(name: string, options: ProjectionOptions): ClassDecorator {
  return (type) => {
    Injectable()(type);
    const metadata: ProjectionMetadata = { name, ...options };
    defineMetadata(type, PROJECTION, Object.freeze(metadata));
  };
}

/** The method that gets events of this class. It may run again for an event; what it writes through its context happens once. */
export function When<E extends object>(
  event: MessageClass<E>,
): <M extends (event: E, context: ProjectionContext) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void {
  return (target, key) => {
    defineMetadata(target.constructor, WHEN, [
      ...(ownMetadata<readonly WhenDeclaration[]>(target.constructor, WHEN) ?? []),
      { event, method: key },
    ]);
  };
}

export function projectionMetadataOf(type: object): ProjectionMetadata | undefined {
  return ownMetadata<ProjectionMetadata>(type, PROJECTION);
}

/** Of the class and the classes above it; a method that a class has anew counts as it is there. */
export function whenDeclarationsOf(type: object): readonly WhenDeclaration[] {
  const found: WhenDeclaration[] = [];
  for (let one: object | null = type; typeof one === 'function'; one = Object.getPrototypeOf(one) as object | null) {
    const own = ownMetadata<readonly WhenDeclaration[]>(one, WHEN) ?? [];
    found.push(...own.filter(({ method }) => !found.some((known) => known.method === method)));
  }
  return found;
}
