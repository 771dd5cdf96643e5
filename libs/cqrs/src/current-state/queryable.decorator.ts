import type { AggregateRoot } from '@minos/event-sourcing';
import { addAggregateProvider } from '@minos/event-sourcing/module';
import { Inject, type Type } from '@nestjs/common';
import { CqrsModuleMissingError } from '../errors/queryable.errors.js';
import { Projections } from '../projection/projections.js';
import type { RowClass } from '../view/view.decorator.js';
import { Views } from '../view/views.js';
import { AggregateQueries } from './aggregate-queries.js';
import type { AggregateRow } from './aggregate-row.js';
import { type QueryableMetadata, queryableMetadataOf, setQueryableMetadata } from './queryable-metadata.js';

export interface QueryableOptions<A extends AggregateRoot = AggregateRoot> {
  /** Fields of the state by which aggregates are found and put in order, together. @default none */
  readonly indexes?: readonly (readonly (string & keyof AggregateRow<A>)[])[];
  /** Name of the table: up to 35 of a to z, 0 to 9 and _. @default `<name of the aggregate>_state` */
  readonly view?: string;
}

/**
 * Keeps the current state of every aggregate of this class as a row of JSON that can be queried, made of its events by a projection of the library. Where
 * `forFeature({ aggregates })` names the class, `@InjectAggregateQueries` gives its queries. The rows have the version of the state, `stateVersion` of `@Aggregate`: raise it
 * when the state, or what `toJSON()` shows of it, changes.
 */
export function Queryable<A extends AggregateRoot>({ indexes = [], view }: QueryableOptions<A> = {}): (type: Type<A>) => void {
  return (type) => {
    const rows = class {} as RowClass;
    const token = Symbol(`@minos/aggregate-queries/${type.name}`);
    const metadata: QueryableMetadata = { indexes, view, rows, folds: class {}, token };
    setQueryableMetadata(type, metadata);
    addAggregateProvider(type, {
      provide: token,
      useFactory: (views?: Views, projections?: Projections) => {
        if (views === undefined || projections === undefined) throw new CqrsModuleMissingError(type.name);
        return new AggregateQueries<A>(type, views.of(rows as RowClass<AggregateRow<A>>), projections);
      },
      inject: [Views, Projections].map((token) => ({ token, optional: true })),
    });
  };
}

/** The token of an aggregate's queries. Nest prints it where nobody provides it, so its description says what to add. */
export function getAggregateQueriesToken(type: Type<AggregateRoot>): symbol {
  return (
    queryableMetadataOf(type)?.token ??
    Symbol.for(`@minos/aggregate-queries/${type.name}: write @Queryable() on the class ${type.name}, above or below its @Aggregate`)
  );
}

/** Injects the `AggregateQueries` of a `@Queryable` aggregate that `forFeature({ aggregates: [...] })` names. */
export const InjectAggregateQueries = (type: Type<AggregateRoot>): ParameterDecorator => Inject(getAggregateQueriesToken(type));
