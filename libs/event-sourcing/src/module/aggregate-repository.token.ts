import { Inject, type Type } from '@nestjs/common';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { aggregateMetadataOf } from '../aggregate/aggregate.decorator.js';

/**
 * The token of an aggregate's repository. Nest prints it where nobody provides it, so its description says what to add.
 */
export function getAggregateRepositoryToken(type: Type<AggregateRoot>): symbol {
  const name = aggregateMetadataOf(type)?.name ?? type.name;
  return Symbol.for(
    `@minos/aggregate-repository/${name}: add MinosModule.forFeature({ aggregates: [${type.name}] }) to the imports of the module`,
  );
}

/** Injects the `AggregateRepository` of an aggregate that `forFeature({ aggregates: [...] })` names. */
export const InjectAggregateRepository = (type: Type<AggregateRoot>): ParameterDecorator => Inject(getAggregateRepositoryToken(type));
