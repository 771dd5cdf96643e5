import type { MessageClass } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { SagaPlan } from '../definition/plan.js';
import type { SagaDefinition } from '../definition/saga-definition.js';
import { type SagaMetadata, sagaMetadataOf } from '../definition/saga.decorator.js';

export interface FoundSaga extends SagaMetadata {
  readonly type: MessageClass<SagaDefinition>;
  /** Missing where it is made anew for each request. */
  readonly plan: SagaPlan | undefined;
}

/** Finds the sagas with plans among the providers of this application. */
@Injectable()
export class SagaExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundSaga[] {
    const found = new Map<unknown, FoundSaga>();
    for (const { instance, metatype, isNotMetatype } of this.discovery.getProviders()) {
      const type = (isNotMetatype ? (instance as object | null | undefined)?.constructor : metatype) as
        MessageClass<SagaDefinition> | undefined;
      const metadata = typeof type === 'function' ? sagaMetadataOf(type) : undefined;
      if (type === undefined || metadata === undefined) continue;
      found.set(type, { ...metadata, type, plan: (instance as SagaDefinition | null | undefined)?.plan });
    }
    return [...found.values()];
  }
}
