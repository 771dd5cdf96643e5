/** `readiness`: while it is down no new work should come. `liveness`: only a restart helps. */
export type HealthProbeKind = 'readiness' | 'liveness';

export interface HealthProbeResult {
  readonly status: 'up' | 'down';
  /** Facts for the operator; they appear in the health answer, so never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Down because the process has just begun, and up soon by itself: nothing to warn of. @default false */
  readonly starting?: boolean;
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
