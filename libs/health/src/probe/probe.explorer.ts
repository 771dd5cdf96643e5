import { type HealthProbe, type HealthProbeKind, healthProbeMetadataOf } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** A probe of this application, with the name under which it is reported. */
export interface FoundProbe {
  readonly name: string;
  readonly kind: HealthProbeKind;
  readonly probe: HealthProbe;
}

/** Finds the providers of the application whose classes `@HealthProbe` marks. */
@Injectable()
export class ProbeExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundProbe[] {
    const found = new Map<unknown, FoundProbe>();
    for (const { instance } of this.discovery.getProviders() as readonly { instance: unknown }[]) {
      if (typeof instance !== 'object' || instance === null) continue;
      const metadata = healthProbeMetadataOf(instance.constructor);
      if (metadata !== undefined) found.set(instance, { ...metadata, probe: instance as HealthProbe });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
