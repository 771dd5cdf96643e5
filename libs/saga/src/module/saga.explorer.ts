import type { MessageClass } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { SagaPlan } from '../definition/plan.js';
import { SagaDefinition } from '../definition/saga-definition.js';
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
      const type = typeOf(provider);
      const metadata = type && sagaMetadataOf(type);
      if (type === undefined || metadata === undefined) continue;
      const isScoped = !provider.isDependencyTreeStatic();
      const plan = isScoped ? undefined : (provider.instance as SagaDefinition | null)?.plan;
      found.set(type, { ...metadata, type, plan, isScoped });
    }
    return [...found.values()];
  }

  /** Definitions without `@Saga` of their own, which nothing would run. */
  undecorated(): readonly MessageClass<SagaDefinition>[] {
    const types = this.discovery.getProviders().flatMap((provider) => typeOf(provider) ?? []);
    return [...new Set(types)].filter((type) => type.prototype instanceof SagaDefinition && sagaMetadataOf(type) === undefined);
  }
}

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

function typeOf({ metatype, isNotMetatype, instance }: Provider): MessageClass<SagaDefinition> | undefined {
  const type: unknown = isNotMetatype ? (instance as object | null | undefined)?.constructor : metatype;
  return typeof type === 'function' ? (type as MessageClass<SagaDefinition>) : undefined;
}
