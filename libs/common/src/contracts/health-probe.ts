import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** `readiness`: while it is down no new work should come. `liveness`: only a restart helps. */
export type HealthProbeKind = 'readiness' | 'liveness';

export interface HealthProbeResult {
  readonly status: 'up' | 'down';
  /** Facts for the operator; they appear in the health answer, so never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * One thing that the health of a service depends on. `check` answers within a second, does not throw for what it probes (an
 * error counts as down), and reports progress, not connection: a consumer that is connected but stuck is down.
 */
export interface HealthProbe {
  check(): Promise<HealthProbeResult> | HealthProbeResult;
}

export interface HealthProbeMetadata {
  readonly name: string;
  readonly kind: HealthProbeKind;
}

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
