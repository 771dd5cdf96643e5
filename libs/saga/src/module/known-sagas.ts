import type { KnownSaga } from '../engine/carried-sagas.js';
import { planHash } from '../definition/plan-hash.js';
import type { FoundSaga } from './saga.explorer.js';

/** Those with a plan; the others are boot errors. */
export function knownSagas(found: readonly FoundSaga[]): readonly KnownSaga[] {
  return found.flatMap(({ name, version, type, plan }) =>
    plan === undefined ? [] : [{ name, version, type, plan, hash: planHash(plan) }],
  );
}
