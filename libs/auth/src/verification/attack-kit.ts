import { isMinosError } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { KeySource } from '../contracts/keys.js';
import { StaticKeys } from '../keys/static-keys.js';
import { accessClaims, serviceClaims } from '../testing/test-claims.js';
import { TestKey } from '../testing/test-key.js';
import { JwtVerifier } from './jwt-verifier.js';

const START = Date.UTC(2026, 0, 1);
/** In which all of it happens, in seconds since the epoch. */
export const NOW = START / 1000;
export const CLOCK = new VirtualClock(START);

export const rs = new TestKey({ alg: 'RS256' });
export const es = new TestKey({ alg: 'ES256' });
export const ed = new TestKey({ alg: 'EdDSA' });
export const gateway = new TestKey({ kind: 'service' });
/** That nobody has published. */
export const stranger = new TestKey({ alg: 'RS256' });
const published = new StaticKeys({ keys: [rs, es, ed, gateway].map((key) => key.published) });

/** Ids of keys that were asked for. */
export const asked: string[] = [];
export const keys: KeySource = {
  key: (kid) => {
    asked.push(kid);
    return published.key(kid);
  },
};
export const jwt = new JwtVerifier({ keys, service: 'order', accessTokens: { audience: 'shop' }, clock: CLOCK });

export const claims = (more: Record<string, unknown> = {}) => ({ iss: 'auth', ...accessClaims('shop', { issuedAt: NOW }), ...more });
export const toService = (more: Record<string, unknown> = {}) => ({
  iss: 'gateway',
  ...serviceClaims('order', { issuedAt: NOW }),
  ...more,
});
export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token that is taken, and its parts. */
export const GOOD = rs.token(claims());
export const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = GOOD.split('.');

/** What was tried, and the token. */
export type Attack = readonly [what: string, token: string];

/** What went wrong with the refusal of a token; nothing where it was refused as it should be. */
export async function faultsOf(token: string): Promise<readonly string[]> {
  asked.length = 0;
  const error = await Promise.resolve()
    .then(() => jwt.verifyCaller(token))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (!isMinosError(error, 'PRINCIPAL_REFUSED') || error.retryable) return [`it is not refused but ${String(error)}`];
  // The message is for logs: nothing of the token belongs there.
  const shown = token.split('.').filter((part) => part.length > 20 && error.message.includes(part));
  const wrong = asked.filter((kid) => !/^[\w-]{1,128}$/.test(kid));
  return [...shown.map((part) => `its refusal shows ${part}`), ...wrong.map((kid) => `a key "${kid}" was asked for`)];
}
