import { VirtualClock } from '@minos/common/testing';
import type { InstanceState, ServiceInstance } from '@minos/discovery';
import type { InstanceLease, InstanceWanted, Picked } from '../contracts/balancing.js';
import { type BalancingOptions, resolveBalancingOptions } from './balancing.options.js';
import { LeastPendingPicker } from './least-pending-picker.js';

/** A picker on a clock of its own. Instances are named `order/1`, or `order/1 suspect`. */
export class Balanced {
  readonly clock = new VirtualClock();
  readonly picker: LeastPendingPicker;

  constructor(options: BalancingOptions = {}, random: () => number = Math.random) {
    // Without pauses, or nobody would be picked again while the clock stands still.
    const settings = resolveBalancingOptions({ ...options, ejection: { pause: 0, ...options.ejection } });
    this.picker = new LeastPendingPicker({ clock: this.clock, settings, random });
  }

  set(...names: readonly string[]): void {
    this.picker.update({ version: 1, instances: names.map(instanceOf) });
  }

  pick(wanted: Partial<InstanceWanted> = {}): Picked {
    return this.picker.pick({ service: 'order', ...wanted });
  }

  /** Fails where nobody is picked. */
  lease(wanted: Partial<InstanceWanted> = {}): InstanceLease {
    const picked = this.pick(wanted);
    if (picked.kind === 'refused') throw new Error(`Refused: ${picked.reason}.`);
    return picked.lease;
  }

  /** So many calls one after the other, and where they went. */
  calls(count: number, failing: readonly string[] = [], wanted: Partial<InstanceWanted> = {}): Map<string, number> {
    const counts = new Map<string, number>();
    for (let call = 0; call < count; call++) {
      const lease = this.lease(wanted);
      const { instance } = lease.instance;
      counts.set(instance, (counts.get(instance) ?? 0) + 1);
      lease.done(failing.includes(instance) ? 'failed' : 'answered');
    }
    return counts;
  }

  ejected(): string[] {
    return this.picker.standings().flatMap(({ instance, standing }) => (standing === 'in' ? [] : [instance]));
  }

  pending(): number[] {
    return this.picker.standings().map(({ pending }) => pending);
  }
}

function instanceOf(name: string): ServiceInstance {
  const [instance = '', state = 'up'] = name.split(' ');
  const [service = ''] = instance.split('/');
  return { service, instance, address: `http://${service}.test`, version: '1', metadata: {}, endpoints: [], state: state as InstanceState };
}
