import type { AggregateClass } from './aggregate-class.js';
import type { AggregateMetadata } from './aggregate.decorator.js';
import { lineage } from './handler-table.js';

/** Native private fields, and what compilers make of them for older targets: state that cannot be seen from outside. */
const PRIVATE_FIELD = /\.#[A-Za-z_$]|__classPrivateField|_class_private_field/;

/** What is wrong with how an aggregate wants its snapshots. */
export function snapshotFaults(type: AggregateClass, { stateVersion = 1, snapshotEvery }: AggregateMetadata): string[] {
  const faults: string[] = [];
  if (!isCount(stateVersion)) faults.push(`stateVersion is ${stateVersion}; it is a whole number from 1`);
  if (snapshotEvery !== undefined && !isCount(snapshotEvery)) {
    faults.push(`snapshotEvery is ${snapshotEvery}; it is a whole number from 1, or left out for no snapshots`);
  }
  return [...faults, ...hookFaults(type, snapshotEvery !== undefined)];
}

/** Why the state of an aggregate cannot be kept outside of it, as far as its class tells. */
export function stateFaults(type: AggregateClass): string[] {
  return hookFaults(type, true);
}

function hookFaults(type: AggregateClass, taken: boolean): string[] {
  const { toSnapshot, fromSnapshot } = type.prototype as { toSnapshot?: unknown; fromSnapshot?: unknown };
  const [saves, restores] = [typeof toSnapshot === 'function', typeof fromSnapshot === 'function'];
  if (saves !== restores) return ['it has only one of toSnapshot() and fromSnapshot(state); write both or none'];
  if (!taken || saves || !hasPrivateFields(type)) return [];
  return [
    'it keeps state in #private fields, which a snapshot cannot see; use TypeScript\'s "private", or write toSnapshot() and fromSnapshot(state)',
  ];
}

/** Whether some of the state is in `#private` fields, judged by the source of the classes. */
function hasPrivateFields(type: AggregateClass): boolean {
  return lineage(type).some((one) => PRIVATE_FIELD.test(Function.prototype.toString.call(one)));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
