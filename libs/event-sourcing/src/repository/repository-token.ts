import type { AggregateClass } from '../aggregate/aggregate-class.js';
import { aggregateDefinition } from '../aggregate/aggregate-definition.js';

/** The injection token of an aggregate's repository. Throws `AGGREGATE_INVALID` for a class that cannot be one. */
export function getAggregateRepositoryToken(type: AggregateClass): symbol {
  return Symbol.for(`@minos/event-sourcing/repository/${aggregateDefinition(type).name}`);
}
