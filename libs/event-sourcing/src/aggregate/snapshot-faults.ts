import type { AggregateClass } from './aggregate-class.js';
import type { AggregateMetadata } from './aggregate.decorator.js';
import { lineage } from './handler-table.js';

/** Native private fields, and what compilers make of them for older targets: state that cannot be seen from outside. */
const PRIVATE_FIELD = /\.#[A-Za-z_$]|__classPrivateField|_class_private_field/;

/** Whether the class says how its state is saved and restored. */
export function hasSnapshotHooks(type: AggregateClass): boolean {
  const { toSnapshot, fromSnapshot } = type.prototype as { toSnapshot?: unknown; fromSnapshot?: unknown };
  return typeof toSnapshot === 'function' && typeof fromSnapshot === 'function';
}

/** Whether some of the state is in `#private` fields, judged by the source of the classes. */
export function hasPrivateFields(type: AggregateClass): boolean {
  return lineage(type).some((one) => PRIVATE_FIELD.test(Function.prototype.toString.call(one)));
}

/** What is wrong with how an aggregate wants its snapshots. */
export function snapshotFaults(type: AggregateClass, { stateVersion = 1, snapshotEvery }: AggregateMetadata): string[] {
  const faults: string[] = [];
  const { toSnapshot, fromSnapshot } = type.prototype as { toSnapshot?: unknown; fromSnapshot?: unknown };
  if (!Number.isSafeInteger(stateVersion) || stateVersion < 1) faults.push(`stateVersion is ${stateVersion}; it is a whole number from 1`);
  if (snapshotEvery !== undefined && (!Number.isSafeInteger(snapshotEvery) || snapshotEvery < 1)) {
    faults.push(`snapshotEvery is ${snapshotEvery}; it is a whole number from 1, or left out for no snapshots`);
  }
  if ((typeof toSnapshot === 'function') !== (typeof fromSnapshot === 'function')) {
    faults.push('it has only one of toSnapshot() and fromSnapshot(state); write both or none');
  } else if (snapshotEvery !== undefined && !toSnapshot && hasPrivateFields(type)) {
    faults.push('it keeps state in #private fields, which a snapshot cannot see; use TypeScript\'s "private", or write toSnapshot() and fromSnapshot(state)');
  }
  return faults;
}
