import type { Clock } from '@minos/common';
import type { DirectorySnapshot, ServiceInstance } from '@minos/discovery';
import type { InstancePicker, InstanceWanted, Picked, PickRefusal } from '../contracts/balancing.js';
import type { BalancingSettings } from './balancing.options.js';
import type { CircuitState } from './circuit.js';
import { CountedLease } from './counted-lease.js';
import type { InstanceRecord, Standing } from './instance-record.js';
import { ServiceRecord } from './service-record.js';

export interface LeastPendingPickerOptions {
  readonly clock: Clock;
  readonly settings: BalancingSettings;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/** How one instance does, for people. */
export interface InstanceStanding {
  readonly service: string;
  readonly instance: string;
  readonly standing: Standing;
  readonly pending: number;
  readonly circuit: CircuitState;
}

const SOON_MS = 1_000;
const LATER_MS = 2_000;

/** An instance that is better by this counts before pending requests do. Smaller is better. */
const RANK = { ejected: 1, suspect: 2, excluded: 4 } as const;
/** These count within a rank. */
const HELD = 0.25;
const PAUSES = 0.5;

/**
 * Picks the instance with the fewest pending requests of all that may be used, any of them where several have as few. All are looked at: two chosen by chance, as is common where counters are shared, would send a quarter of the requests of a service with two instances to
 * the busier one.
 */
export class LeastPendingPicker implements InstancePicker {
  private services = new Map<string, ServiceRecord>();
  private readonly random: () => number;

  constructor(private readonly options: LeastPendingPickerOptions) {
    this.random = options.random ?? Math.random;
  }

  /** Instances of now are those of the snapshot. Leases of those that are gone stay good. */
  update({ instances }: DirectorySnapshot): void {
    const { settings, clock } = this.options;
    const byService = new Map<string, ServiceInstance[]>();
    for (const instance of instances) {
      const known = byService.get(instance.service);
      if (known === undefined) byService.set(instance.service, [instance]);
      else known.push(instance);
    }
    const next = new Map<string, ServiceRecord>();
    for (const [service, there] of byService) {
      const record = this.services.get(service) ?? new ServiceRecord(settings, clock);
      record.set(there);
      next.set(service, record);
    }
    this.services = next;
  }

  pick(wanted: InstanceWanted): Picked {
    const service = this.services.get(wanted.service);
    if (service === undefined) return refused('unknown', LATER_MS);
    const wait = service.circuit.waitMs(this.options.clock.monotonic());
    if (wait > 0) return refused('open', wait);
    if (service.pending >= this.options.settings.pendingPerService) return refused('saturated', SOON_MS);
    const found = this.best(service, wanted);
    if (typeof found === 'string') return refused(found, found === 'none' ? LATER_MS : SOON_MS);
    return { kind: 'picked', lease: new CountedLease(service, found) };
  }

  /** How all instances do. */
  standings(): readonly InstanceStanding[] {
    const now = this.options.clock.monotonic();
    return [...this.services].flatMap(([service, { circuit, instances }]) =>
      instances.map((record) => ({
        service,
        instance: record.instance.instance,
        standing: record.standing(now),
        pending: record.pending,
        circuit: circuit.state(now),
      })),
    );
  }

  private best({ instances }: ServiceRecord, wanted: InstanceWanted): InstanceRecord | PickRefusal {
    const now = this.options.clock.monotonic();
    const { pendingPerInstance } = this.options.settings;
    const choice = new Choice(this.random);
    let saturated = Infinity;
    for (const record of instances) {
      const rank = rankOf(record, wanted, now);
      if (rank === undefined) continue;
      if (record.pending >= pendingPerInstance) saturated = Math.min(saturated, rank);
      else choice.offer(record, rank + (record.pauses(now) ? PAUSES : 0), record.weight(now));
    }
    // What the good ones cannot take is not sent to bad ones.
    if (saturated < choice.rank) return 'saturated';
    return choice.found ?? 'none';
  }
}

/** `undefined`: not to be used. */
function rankOf(record: InstanceRecord, { only, exclude }: InstanceWanted, now: number): number | undefined {
  const { state, instance } = record.instance;
  if (state === 'draining' || (only !== undefined && !only.has(instance))) return undefined;
  let rank = state === 'suspect' ? RANK.suspect : 0;
  if (exclude !== undefined && exclude.has(instance)) rank += RANK.excluded;
  const standing = record.standing(now);
  // More than one request at a time would not find out more.
  if (standing === 'out' || (standing === 'trial' && record.pending > 0)) rank += RANK.ejected;
  return rank;
}

/** The best of what was offered, each of equals with the same chance. */
class Choice {
  private best: InstanceRecord | undefined;
  private place = Infinity;
  private load = Infinity;
  private equals = 0;

  constructor(private readonly random: () => number) {}

  get found(): InstanceRecord | undefined {
    return this.best;
  }

  get rank(): number {
    return Math.floor(this.place);
  }

  /** One of less than full weight counts as busier than it is, and is passed over now and then, or it would get its share at once where nobody is busy. */
  offer(record: InstanceRecord, wanted: number, weight: number): void {
    const held = weight < 1 && this.random() >= weight;
    const load = record.pending / weight;
    // Passed over is not left out: it is used where nobody else is there.
    const place = held ? wanted + HELD : wanted;
    if (place > this.place || (place === this.place && load > this.load)) return;
    if (place < this.place || load < this.load) this.equals = 0;
    this.equals++;
    if (this.equals > 1 && this.random() * this.equals >= 1) return;
    this.best = record;
    this.place = place;
    this.load = load;
  }
}

function refused(reason: PickRefusal, retryAfterMs: number): Picked {
  return { kind: 'refused', reason, retryAfterMs };
}
