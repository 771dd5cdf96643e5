import type { AccessEntry } from '../access-log/access-entry.js';

/** A counted value with its labels: services, methods of HTTP and statuses, so there are few. */
export interface GatewaySample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Count {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  seconds: number;
}

const NO_SERVICE = 'none';

/** Counts what went through, for metrics. Paths and callers are the client's choice, so they are no labels. */
export class GatewayStatistics {
  /** By service, method and status: a key made of all three would have to be made for each request. */
  private readonly counts = new Map<string, Map<string, Map<number, Count>>>();
  private retried = 0;
  private unreadable = 0;

  readonly take = ({ service = NO_SERVICE, method, status, milliseconds, tries }: AccessEntry): void => {
    const count = this.counts.get(service)?.get(method)?.get(status) ?? this.begin(service, method, status);
    count.value++;
    count.seconds += milliseconds / 1000;
    if (tries > 1) this.retried += tries - 1;
  };

  /** A request that could not be read. */
  readonly malformed = (): void => {
    this.unreadable++;
  };

  requests(): readonly GatewaySample[] {
    return this.all().map(({ labels, value }) => ({ labels, value }));
  }

  /** Time of all requests together, in seconds. */
  seconds(): readonly GatewaySample[] {
    return this.all().map(({ labels, seconds }) => ({ labels, value: seconds }));
  }

  /** Tries beyond the first. */
  retries(): number {
    return this.retried;
  }

  malformedRequests(): number {
    return this.unreadable;
  }

  private begin(service: string, method: string, status: number): Count {
    const count: Count = { labels: { service, method, status: String(status) }, value: 0, seconds: 0 };
    const ofService = this.counts.get(service) ?? new Map<string, Map<number, Count>>();
    const ofMethod = ofService.get(method) ?? new Map<number, Count>();
    this.counts.set(service, ofService);
    ofService.set(method, ofMethod);
    ofMethod.set(status, count);
    return count;
  }

  private all(): readonly Count[] {
    return [...this.counts.values()].flatMap((ofService) => [...ofService.values()].flatMap((ofMethod) => [...ofMethod.values()]));
  }
}
