import { type Clock, SystemClock } from '@minos/common';

/** A dependency that may be missing. */
export const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

export const clockOr = (clock: Clock | undefined): Clock => clock ?? new SystemClock();
