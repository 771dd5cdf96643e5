import type { HealthProbe as HealthProbePort, HealthProbeKind, HealthProbeMetadata } from '../contracts/health-probe.js';
import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** The port; under one name with the decorator, as `@HealthProbe('feed') class FeedProbe implements HealthProbe` is read. */
export type HealthProbe = HealthProbePort;

const HEALTH_PROBE = Symbol.for('@minos/health-probe');

/** Marks an injectable class as a probe of its service's health. Writes metadata and nothing else; `@minos/health` finds it. */
export function HealthProbe(
  name: string,
  options: { readonly kind?: HealthProbeKind } = {},
): (target: new (...args: never[]) => HealthProbe) => void {
  return (target) => {
    const metadata: HealthProbeMetadata = Object.freeze({ name, kind: options.kind ?? 'readiness' });
    defineMetadata(target, HEALTH_PROBE, metadata);
  };
}

/** What {@link HealthProbe} wrote on exactly this class. */
export function healthProbeMetadataOf(target: object): HealthProbeMetadata | undefined {
  return ownMetadata<HealthProbeMetadata>(target, HEALTH_PROBE);
}
