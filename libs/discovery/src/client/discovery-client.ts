import type { ServiceDirectory, ServiceInstance } from '../contracts/index.js';
import { ServiceUnavailableError } from './directory/directory.errors.js';

const OPEN_WITHIN_MS = 5_000;

/** Finds one instance of a service for a call. Begins to watch with the first question. */
export class DiscoveryClient {
  private turn = 0;

  constructor(
    private readonly directory: ServiceDirectory,
    private readonly openWithinMs = OPEN_WITHIN_MS,
  ) {}

  /** Address of an instance, each in its turn. Rejects with `SERVICE_UNAVAILABLE`, or with `DIRECTORY_UNAVAILABLE` while nothing is known yet; both are retryable. */
  async addressOf(service: string): Promise<string> {
    await this.directory.open(this.openWithinMs);
    const instances = this.instancesOf(service);
    const chosen = instances[this.turn++ % Math.max(1, instances.length)];
    if (chosen === undefined) throw new ServiceUnavailableError(service);
    return chosen.address;
  }

  /** Those that requests can be sent to: the ones in doubt only where there are no others. */
  instancesOf(service: string): readonly ServiceInstance[] {
    const all = this.directory.current.instances.filter((instance) => instance.service === service);
    const up = all.filter(({ state }) => state === 'up');
    return up.length > 0 ? up : all.filter(({ state }) => state === 'suspect');
  }
}
