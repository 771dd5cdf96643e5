import { type Envelope, isUuid, type Unit } from '@minos/common';
import { handledCommandOf } from '@minos/messaging';
import type { ResourceHolder } from '../contracts/resource-store.js';

/** The saga because of which something is done. */
export interface ActingSaga extends ResourceHolder {
  /** It may hold something, or wait, besides what the command is about. */
  readonly mayHold: boolean;
}

/** The CloudEvents extension of a saga's commands that names the instance. */
export const SAGA_ID = 'sagaid';
/** When it started, in milliseconds since the epoch. */
export const SAGA_AGE = 'sagaage';
/** Present where it may hold something, or wait, besides. */
export const SAGA_HOLDS = 'sagaholds';

const ACTING = Symbol.for('@minos/saga/acting-saga');

export function sagaExtensions({ holder, age, mayHold }: ActingSaga): Readonly<Record<string, string>> {
  return { [SAGA_ID]: holder, [SAGA_AGE]: String(age), ...(mayHold ? { [SAGA_HOLDS]: '1' } : {}) };
}

/** The saga whose command a unit handles: one that came over the broker, or a local one; `undefined` where no saga is behind it. */
export function actingSagaOf(unit: Unit): ActingSaga | undefined {
  const local = unit.resources.get(ACTING) as ActingSaga | undefined;
  if (local !== undefined) return local;
  const handled = handledCommandOf(unit);
  return handled && actingIn(handled.envelope);
}

/** The unit runs a local command of this saga. */
export function actFor(unit: Unit, saga: ActingSaga): void {
  unit.resources.set(ACTING, saga);
}

function actingIn({ extensions = {} }: Pick<Envelope, 'extensions'>): ActingSaga | undefined {
  const { [SAGA_ID]: holder = '', [SAGA_AGE]: age = '', [SAGA_HOLDS]: holds } = extensions;
  return !isUuid(holder) || !/^\d{1,15}$/.test(age) ? undefined : { holder, age: Number(age), mayHold: holds !== undefined };
}
