import type { ClaimCheck } from './claim-rules.js';
import { TokenRefusedError } from './token.errors.js';

/** Checks `exp`, `nbf` and `iat`. Throws `PRINCIPAL_REFUSED`. */
export function checkTimes({ exp, iat, nbf }: Readonly<Record<string, unknown>>, { key: { kind }, rules, now }: ClaimCheck): void {
  // Only the gateway, whose tokens begin when they are made, may leave nbf out.
  const begins = nbf === undefined && kind === 'service' ? iat : nbf;
  if (!isSecond(exp) || !isSecond(iat) || !isSecond(begins)) throw new TokenRefusedError('claims', 'exp, iat or nbf is no time');
  if (now >= exp + rules.expiryTolerance) throw new TokenRefusedError('expired', 'its time is over');
  if (Math.max(iat, begins) > now + rules.tolerance) throw new TokenRefusedError('early', 'its time has not come');
  if (exp <= iat || exp - iat > rules.longestLife[kind]) throw new TokenRefusedError('life', 'it would be good for too long');
}

/** Whole seconds: a fraction, a text or a number beyond all calendars is nothing that we issue. */
function isSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
