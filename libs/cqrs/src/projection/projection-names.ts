import type { ProjectionKey } from '../contracts/projection-control.js';

/** Durable: the checkpoint and the lease of a version go by it. */
export function subscriptionOf({ name, version }: ProjectionKey): string {
  return `projection:${name}:v${version}`;
}

/** The same for a rebuild of it. */
export function rebuildSubscriptionOf(key: ProjectionKey, rebuild: number): string {
  return `${subscriptionOf(key)}:rebuild:${rebuild}`;
}

/** The lease that the runner of a subscription holds. */
export function leaseOf(subscription: string): string {
  return `subscription:${subscription}`;
}

/** The table that a rebuild makes beside the one that is served. */
export function rebuildTable(table: string, rebuild: number): string {
  return `${table}_r${rebuild}`;
}
