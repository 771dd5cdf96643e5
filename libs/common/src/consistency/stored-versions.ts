import type { Unit } from '../contracts/unit-of-work.js';
import { consistencyToken } from './consistency-token.js';
import type { ConsistencyMark } from './consistency-mark.js';

const STORED = Symbol.for('@minos/common/stored-versions');

/** The version that a stream has when the unit has committed; a function where it is known only then. */
export type StoredVersion = number | (() => number | undefined);

/** Notes which version of a stream the unit is about to store. The last note of a stream counts. */
export function noteStoredVersion(unit: Unit, stream: string, version: StoredVersion): void {
  const known = unit.resources.get(STORED) as Map<string, StoredVersion> | undefined;
  if (known !== undefined) known.set(stream, version);
  else unit.resources.set(STORED, new Map([[stream, version]]));
}

/**
 * The consistency token for what the unit stores, good once it has committed; `undefined` where it stores no event. Streams whose version only the commit tells
 * are in it from then on.
 */
export function storedToken(unit: Unit, service: string): string | undefined {
  const noted = [...((unit.resources.get(STORED) as Map<string, StoredVersion> | undefined) ?? [])];
  const marks = noted.flatMap(([stream, stored]): ConsistencyMark[] => {
    const version = typeof stored === 'function' ? stored() : stored;
    return version === undefined ? [] : [{ service, stream, version }];
  });
  const [first, ...more] = marks;
  return first && consistencyToken(first, ...more);
}
