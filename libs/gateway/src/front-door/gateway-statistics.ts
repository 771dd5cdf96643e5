import type { AccessEntry } from '../access-log/access-entry.js';

/** A counted value with its labels: services, methods of HTTP and statuses, so there are few. */
export interface GatewaySample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NO_SERVICE = 'none';

/** Counts what went through, for metrics. Paths and callers are the client's choice, so they are no labels. */
export class GatewayStatistics {
  private readonly counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number; seconds: number }>();
  private retried = 0;
  private unreadable = 0;

  readonly take = ({ service = NO_SERVICE, method, status, milliseconds, tries }: AccessEntry): void => {
    const key = `${service} ${method} ${status}`;
    let count = this.counts.get(key);
    if (count === undefined) this.counts.set(key, (count = { labels: { service, method, status: String(status) }, value: 0, seconds: 0 }));
    count.value++;
    count.seconds += milliseconds / 1000;
    if (tries > 1) this.retried += tries - 1;
  };

  /** A request that could not be read. */
  readonly malformed = (): void => {
    this.unreadable++;
  };

  requests(): readonly GatewaySample[] {
    return [...this.counts.values()].map(({ labels, value }) => ({ labels, value }));
  }

  /** Time of all requests together, in seconds. */
  seconds(): readonly GatewaySample[] {
    return [...this.counts.values()].map(({ labels, seconds }) => ({ labels, value: seconds }));
  }

  /** Tries beyond the first. */
  retries(): number {
    return this.retried;
  }

  malformedRequests(): number {
    return this.unreadable;
  }
}
