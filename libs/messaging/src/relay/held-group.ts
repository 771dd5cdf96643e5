import { LeaseKeeper, type Lease } from '@minos/common';
import { GroupRun, type GroupParts } from './group-run.js';
import { slotsOfGroup } from './relay-groups.js';

/** A group from the moment its lease was got to the moment it is given back. */
export class HeldGroup {
  readonly run: GroupRun;
  /** Resolves when nothing of it is under way any more and the lease is given back. */
  readonly over: Promise<void>;
  private readonly ending = new AbortController();

  constructor(
    readonly group: number,
    lease: Lease,
    parts: GroupParts,
  ) {
    const { ports, options } = parts;
    const keeper = new LeaseKeeper(ports.leases, ports.clock, lease, options.lease);
    keeper.signal.addEventListener('abort', () => this.ending.abort(), { once: true });
    this.run = new GroupRun({ slots: slotsOfGroup(group), lease, signal: this.ending.signal }, parts);
    this.over = this.run.untilOver().then(() => keeper.end());
  }

  /** Ends what is under way, then gives the lease back. Idempotent; never rejects. */
  end(): Promise<void> {
    this.ending.abort();
    return this.over;
  }
}
