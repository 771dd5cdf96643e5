import { type EnlistedChange, noteStoredVersion, type Unit } from '@minos/common';
import type { AppendEvents } from '../contracts/event-store.js';

/** Enlists the append, and notes the version that the stream then has for consistency tokens. */
export function enlistAppend<R extends { readonly version: number }>(unit: Unit, change: AppendEvents): EnlistedChange<R> {
  const enlisted = unit.enlist<R>(change);
  noteStoredVersion(unit, change.stream, () => enlisted.result?.version ?? expectedVersion(change));
  return enlisted;
}

/** Before the commit; `undefined` where the append goes behind whatever is there. */
function expectedVersion({ expectedVersion: before, events }: AppendEvents): number | undefined {
  if (before === 'any') return undefined;
  return (before === 'no-stream' ? 0 : before) + events.length;
}
