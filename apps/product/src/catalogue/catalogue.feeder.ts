import { EventSubscriptions } from '@minos/event-sourcing/module';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CATALOGUE, type Catalogue } from './catalogue.js';
import { changesOf, LISTED_EVENTS } from './catalogue-changes.js';

/** Carries the feed into the catalogue: rows and checkpoint commit together, and one process at a time does it. */
@Injectable()
export class CatalogueFeeder implements OnModuleInit {
  constructor(
    private readonly subscriptions: EventSubscriptions,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  onModuleInit(): void {
    this.subscriptions.add({
      name: 'product.catalogue',
      types: LISTED_EVENTS,
      batchSize: 500,
      handler: { batch: (deliveries, { unit }) => this.catalogue.apply(unit, changesOf(deliveries)) },
    });
  }
}
