import type { Clock } from '@minos/common';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';
import { Doorbell } from './doorbell.js';

/** One broker object's link to the log. Tests cut it. */
export class MemoryConnection {
  /** Rings when it is cut and when it is joined again. */
  readonly changed = new Doorbell();
  private cutAt: number | undefined;

  constructor(private readonly clock: Clock) {}

  get isUp(): boolean {
    return this.cutAt === undefined;
  }

  /** Milliseconds since the log was last heard. */
  get silentMs(): number {
    return this.cutAt === undefined ? 0 : this.clock.monotonic() - this.cutAt;
  }

  cut(): void {
    this.cutAt ??= this.clock.monotonic();
    this.changed.ring();
  }

  restore(): void {
    this.cutAt = undefined;
    this.changed.ring();
  }

  /** Throws `BROKER_UNAVAILABLE` while it is cut. */
  assertUp(): void {
    if (!this.isUp) throw new BrokerUnavailableError('The broker in memory cannot be reached: a test has disconnected it.');
  }
}
