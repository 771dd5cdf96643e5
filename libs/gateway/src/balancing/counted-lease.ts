import type { ServiceInstance } from '@minos/discovery';
import type { CallOutcome, InstanceLease } from '../contracts/balancing.js';
import type { Trial } from './circuit.js';
import type { InstanceRecord } from './instance-record.js';
import type { ServiceRecord } from './service-record.js';

/** Counts as pending from when it is made until it is done. */
export class CountedLease implements InstanceLease {
  readonly instance: ServiceInstance;
  private open = true;
  private hasAnswered = false;
  private readonly trial: Trial | undefined;

  constructor(
    private readonly service: ServiceRecord,
    private readonly record: InstanceRecord,
  ) {
    this.instance = record.instance;
    this.trial = service.circuit.sent();
    service.pending++;
    record.pending++;
  }

  answered(): void {
    if (!this.open || this.hasAnswered) return;
    this.hasAnswered = true;
    this.service.answered(this.record);
  }

  done(outcome: CallOutcome): void {
    if (!this.open) return;
    this.open = false;
    this.service.pending--;
    this.record.pending--;
    // A whole answer after its head is the same answer.
    if (outcome === 'answered' && this.hasAnswered) return;
    this.service.ended(this.record, outcome, this.trial);
  }
}
