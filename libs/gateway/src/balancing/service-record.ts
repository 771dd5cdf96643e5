import type { Clock } from '@minos/common';
import type { ServiceInstance } from '@minos/discovery';
import type { CallOutcome } from '../contracts/balancing.js';
import type { BalancingSettings } from './balancing.options.js';
import { Circuit, type Trial } from './circuit.js';
import { InstanceRecord } from './instance-record.js';

/** One service as one gateway sees it: its instances, how they do, and how much is under way. */
export class ServiceRecord {
  pending = 0;
  readonly circuit: Circuit;
  private byId = new Map<string, InstanceRecord>();
  private list: readonly InstanceRecord[] = [];

  constructor(
    private readonly settings: BalancingSettings,
    private readonly clock: Clock,
  ) {
    this.circuit = new Circuit(settings.circuit);
  }

  get instances(): readonly InstanceRecord[] {
    return this.list;
  }

  /** Instances that are still there keep what is known of them; one that restarted is a new one. */
  set(instances: readonly ServiceInstance[]): void {
    const now = this.clock.monotonic();
    // The first ones share all requests whether they are warm or not.
    const newSince = this.list.some(({ instance }) => instance.state === 'up') ? now : -Infinity;
    const next = new Map<string, InstanceRecord>();
    for (const instance of instances) {
      const known = this.byId.get(instance.instance);
      const record = known?.instance.address === instance.address ? known : new InstanceRecord(instance, this.settings, newSince);
      record.instance = instance;
      next.set(instance.instance, record);
    }
    // Nothing is known against a new one.
    if (this.list.length > 0 && instances.some(({ instance }) => next.get(instance) !== this.byId.get(instance))) this.circuit.answered();
    this.byId = next;
    this.list = [...next.values()];
    this.keepShare(now);
  }

  answered(record: InstanceRecord): void {
    record.answered(this.clock.monotonic());
    this.circuit.answered();
  }

  ended(record: InstanceRecord, outcome: CallOutcome, trial: Trial | undefined): void {
    if (outcome === 'answered') this.answered(record);
    else if (outcome === 'failed') this.failed(record, trial);
    else this.circuit.givenBack(trial);
  }

  private failed(record: InstanceRecord, trial: Trial | undefined): void {
    const now = this.clock.monotonic();
    record.failed(now);
    if (record.isOutlier(now) && this.mayEject(record, now)) record.eject(now);
    const hopeless = this.staying().every(({ lastFailed }) => lastFailed);
    this.circuit.failed(now, trial, hopeless);
  }

  private mayEject(record: InstanceRecord, now: number): boolean {
    // One whose time is over is counted already.
    return record.standing(now) === 'trial' || this.ejected().length < this.mostEjected();
  }

  private ejected(): readonly InstanceRecord[] {
    return this.staying().filter(({ returnsAt }) => returnsAt > -Infinity);
  }

  private mostEjected(): number {
    return Math.floor(this.staying().length * this.settings.ejection.share);
  }

  private staying(): readonly InstanceRecord[] {
    return this.list.filter(({ instance }) => instance.state !== 'draining');
  }

  /** Where others left, those come back whose time is over soonest. */
  private keepShare(now: number): void {
    const ejected = [...this.ejected()].sort((one, other) => one.returnsAt - other.returnsAt);
    for (const record of ejected.slice(0, Math.max(0, ejected.length - this.mostEjected()))) record.takeBack(now);
  }
}
