import type { DiscoveryService } from '@nestjs/core';
import { composedNameOf } from './compose.decorator.js';
import type { FoundComposition } from './composition-faults.js';

/** The providers that have `@Compose`. */
export function exploreCompositions(discovery: DiscoveryService): readonly FoundComposition[] {
  const found = new Map<unknown, FoundComposition>();
  for (const provider of discovery.getProviders()) {
    const instance = provider.instance as object | null | undefined;
    const type: unknown = provider.isNotMetatype ? instance?.constructor : provider.metatype;
    if (typeof type !== 'function' || composedNameOf(type) === undefined) continue;
    found.set(type, {
      type: type,
      instance: provider.isDependencyTreeStatic() ? (instance ?? undefined) : undefined,
    });
  }
  return [...found.values()];
}
