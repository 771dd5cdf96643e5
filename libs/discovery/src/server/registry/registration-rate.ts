import type { Clock } from '@minos/common';

interface Bucket {
  left: number;
  at: number;
}

/** So many calls at once, and so many in a second afterwards, for each service. The names are those of services with a credential, so there are few. */
export class RegistrationRate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  /** Whether this call is within the rate; then it counts. */
  take(service: string): boolean {
    const now = this.clock.monotonic();
    const bucket = this.buckets.get(service) ?? { left: this.burst, at: now };
    bucket.left = Math.min(this.burst, bucket.left + ((now - bucket.at) / 1_000) * this.perSecond);
    bucket.at = now;
    this.buckets.set(service, bucket);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}
