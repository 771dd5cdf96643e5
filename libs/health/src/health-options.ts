import { type Duration, parseDuration } from '@minos/common';

export interface HealthOptions {
  /** How long a probe may take before it counts as down. @default '1s' */
  readonly probeTimeout?: Duration;
  /** How long readiness stays red before shutdown goes on, so that load balancers notice. @default 0 */
  readonly shutdownDelay?: Duration;
}

export interface ResolvedHealthOptions {
  readonly probeTimeoutMs: number;
  readonly shutdownDelayMs: number;
}

/** Fills in the defaults. */
export function resolveHealthOptions(options: HealthOptions): ResolvedHealthOptions {
  return { probeTimeoutMs: parseDuration(options.probeTimeout ?? '1s'), shutdownDelayMs: parseDuration(options.shutdownDelay ?? 0) };
}
