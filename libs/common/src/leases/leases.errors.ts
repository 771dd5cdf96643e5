import type { Lease } from '../contracts/leases.js';
import { MinosError } from '../errors/minos-error.js';

/** The lease went to another holder, or was given back. Whatever was to be written under it was not. */
export class LeaseLostError extends MinosError {
  readonly code = 'LEASE_LOST' as const;
  readonly retryable = false;

  constructor({ name, epoch }: Pick<Lease, 'name' | 'epoch'>, current: bigint | undefined) {
    super(
      `The lease "${name}" is no longer held with epoch ${epoch}` +
        `${current === undefined ? '' : ` (it is at ${current})`}: acquire it again, and read anew what it protects before writing.`,
      { details: { name, epoch: String(epoch) } },
    );
  }
}
