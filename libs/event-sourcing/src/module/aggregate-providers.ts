import { defineMetadata, ownMetadata } from '@minos/common';
import type { FactoryProvider } from '@nestjs/common';

/** A provider that comes with an aggregate wherever `forFeature({ aggregates })` names it. */
export interface AggregateProvider extends FactoryProvider {
  readonly provide: symbol;
}

const PROVIDERS = Symbol.for('@minos/event-sourcing/aggregate-providers');

/** For decorators of other libraries: the module that declares the aggregate provides and exports this too. */
export function addAggregateProvider(type: object, provider: AggregateProvider): void {
  defineMetadata(type, PROVIDERS, [...aggregateProvidersOf(type), provider]);
}

/** Of this very class; a subclass has its own. */
export function aggregateProvidersOf(type: object): readonly AggregateProvider[] {
  return ownMetadata<readonly AggregateProvider[]>(type, PROVIDERS) ?? [];
}
