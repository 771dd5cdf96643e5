import type { MessageClass } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { SagaPlan } from '../definition/plan.js';
import type { SagaDefinition } from '../definition/saga-definition.js';
import { type SagaMetadata, sagaMetadataOf } from '../definition/saga.decorator.js';

export interface FoundSaga extends SagaMetadata {
  readonly type: MessageClass<SagaDefinition>;
  /** Missing where it is made anew for each request, and where the class has none. */
  readonly plan: SagaPlan | undefined;
  /** It is made anew for each request. */
  readonly isScoped: boolean;
}

/** Finds the sagas with plans among the providers of this application. */
@Injectable()
export class SagaExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundSaga[] {
    const found = new Map<unknown, FoundSaga>();
    for (const provider of this.discovery.getProviders()) {
      const instance = provider.instance as SagaDefinition | null | undefined;
      const { metatype, isNotMetatype } = provider;
      const type = (isNotMetatype ? instance?.constructor : metatype) as MessageClass<SagaDefinition> | undefined;
      const metadata = typeof type === 'function' ? sagaMetadataOf(type) : undefined;
      if (type === undefined || metadata === undefined) continue;
      const isScoped = !provider.isDependencyTreeStatic();
      const plan = isScoped ? undefined : instance?.plan;
      found.set(type, { ...metadata, type, plan, isScoped });
    }
    return [...found.values()];
  }
}
