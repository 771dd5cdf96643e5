import type { MessageClass } from '@minos/common';
import type { Provider, Type } from '@nestjs/common';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { Upcaster } from '../upcasting/upcaster.js';
import { type AggregateProvider, aggregateProvidersOf } from './aggregate-providers.js';
import { getAggregateRepositoryToken } from './aggregate-repository.token.js';
import { AggregateRepositories } from './aggregate-repositories.js';
import { ForRootMissingError } from './event-sourcing.module.errors.js';

/** What a module of the application declares. */
export interface EventSourcingFeatureOptions {
  /** Their repositories can be injected, and their events are known. */
  readonly aggregates?: readonly Type<AggregateRoot>[];
  /** Further messages that this service appends, sends or reads. */
  readonly messages?: readonly MessageClass[];
  readonly upcasters?: readonly Upcaster[];
}

/** A declaration as the explorer finds it among the providers. Data only. */
export class EventSourcingFeature {
  constructor(readonly options: EventSourcingFeatureOptions) {}
}

/** The providers of a declaration: itself, and a repository per aggregate. */
export function featureProviders(options: EventSourcingFeatureOptions): Provider[] {
  const repositories = (options.aggregates ?? []).map((type): Provider => ({
    provide: getAggregateRepositoryToken(type),
    useFactory: (repositories?: AggregateRepositories) => {
      if (repositories === undefined) throw new ForRootMissingError(type.name);
      return repositories.of(type);
    },
    inject: [{ token: AggregateRepositories, optional: true }],
  }));
  return [
    { provide: Symbol('@minos/event-sourcing/feature'), useValue: new EventSourcingFeature(options) },
    ...repositories,
    ...addedTo(options),
  ];
}

/** The tokens that other modules may inject. */
export function featureExports({ aggregates = [] }: EventSourcingFeatureOptions): symbol[] {
  return [...aggregates.map(getAggregateRepositoryToken), ...addedTo({ aggregates }).map(({ provide }) => provide)];
}

/** What other libraries add to the aggregates by their decorators. */
function addedTo({ aggregates = [] }: EventSourcingFeatureOptions): AggregateProvider[] {
  return [...new Set(aggregates)].flatMap(aggregateProvidersOf);
}
