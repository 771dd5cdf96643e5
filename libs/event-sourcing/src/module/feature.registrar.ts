import { MessageRegistry } from '@minos/common';
import { aggregateDefinition } from '../aggregate/aggregate-definition.js';
import { Upcasters } from '../upcasting/upcasters.js';
import type { EventSourcingFeatureOptions } from './feature.js';

/** What an application's declarations come to. */
export interface BoundFeatures {
  readonly registry: MessageRegistry;
  readonly upcasters: Upcasters;
}

/** Makes declared messages and the events of declared aggregates known, and connects the upcasters. Throws what is wrong with the classes. */
export function bindFeatures({ aggregates, messages, upcasters }: Required<EventSourcingFeatureOptions>): BoundFeatures {
  const registry = new MessageRegistry();
  for (const type of aggregates) {
    const { name, events } = aggregateDefinition(type);
    registry.claimName({ kind: 'aggregate', name, target: type }).register(...events);
  }
  registry.register(...messages);
  const chain = new Upcasters(upcasters);
  chain.connect(registry);
  return { registry, upcasters: chain };
}
