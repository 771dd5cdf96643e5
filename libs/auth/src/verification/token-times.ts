import type { ClaimCheck } from './claim-rules.js';
import { TokenRefusedError } from './token.errors.js';

/** Checks `exp`, `nbf` and `iat`. Throws `PRINCIPAL_REFUSED`. */
export function checkTimes({ exp, iat, nbf }: Readonly<Record<string, unknown>>, { key: { kind }, rules, now }: ClaimCheck): void {
  if (!isSecond(exp) || !isSecond(iat)) throw new TokenRefusedError('claims', 'exp or iat is no time');
  if (nbf === undefined ? kind === 'access' : !isSecond(nbf)) throw new TokenRefusedError('claims', 'nbf is no time');
  if (now >= exp + rules.expiryTolerance) throw new TokenRefusedError('expired', 'its time is over');
  const latest = now + rules.tolerance;
  if (iat > latest || (nbf !== undefined && (nbf as number) > latest)) throw new TokenRefusedError('early', 'its time has not come');
  if (exp <= iat || exp - iat > rules.longestLife[kind]) throw new TokenRefusedError('life', 'it would be good for too long');
}

/** Whole seconds: a fraction, a text or a number beyond all calendars is nothing that we issue. */
function isSecond(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
