import type { Principal } from '@minos/common';
import type { PublishedKey } from '../contracts/keys.js';
import type { ClaimRules } from './claim-rules.js';
import { checkTimes, type TokenTimes } from './token-times.js';
import { TokenRefusedError } from './token.errors.js';

/** What a token stands for once it is verified. */
export interface TokenClaims extends TokenTimes {
  /** `undefined` is an anonymous caller that the gateway passed on. */
  readonly principal: Principal | undefined;
}

type Claims = Readonly<Record<string, unknown>>;

const LONGEST_TEXT = 255;
const MOST_NAMES = 500;
const NONE: readonly string[] = Object.freeze([]);

/** Checks the claims of a token whose signature is good. Throws `PRINCIPAL_REFUSED`. */
export function readClaims(claims: Claims, key: PublishedKey, rules: ClaimRules): TokenClaims {
  if (claims['iss'] !== key.issuer) throw new TokenRefusedError('issuer', 'its issuer is not the one of its key');
  const audience = readAudience(claims['aud'], key, rules);
  const times = checkTimes(claims, key.kind, rules);
  if (claims['anonymous'] !== undefined) return { ...times, principal: demandAnonymous(claims, key) };
  return { ...times, principal: readPrincipal(claims, { key, audience, issuedAt: times.issuedAt }) };
}

/** Nobody: no claim of such a token may say who it is or what it may do. */
function demandAnonymous(claims: Claims, { kind }: PublishedKey): undefined {
  const empty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  const nobody = claims['anonymous'] === true && claims['sub'] === undefined && empty(claims['roles']) && empty(claims['permissions']);
  if (kind !== 'service' || !nobody) throw new TokenRefusedError('claims', 'it says to be of nobody, and does not look so');
  return undefined;
}

function readAudience(aud: unknown, { kind }: PublishedKey, { audiences }: ClaimRules): readonly string[] {
  const wanted = audiences[kind];
  if (wanted === undefined) throw new TokenRefusedError('type', 'tokens of its kind are not taken here');
  const list = typeof aud === 'string' ? [aud] : textsOf(aud);
  // A service token that more than one service takes would let one of them act as its caller towards the others.
  const met = list?.includes(wanted) === true && (kind === 'access' || list.length === 1);
  if (list === undefined || !met) throw new TokenRefusedError('audience', 'it is meant for somebody else');
  return Object.freeze([...list]);
}

interface Known {
  readonly key: PublishedKey;
  readonly audience: readonly string[];
  readonly issuedAt: number;
}

function readPrincipal(claims: Claims, { key, audience, issuedAt }: Known): Principal {
  const { sub, tenant = '', sid, jti } = claims;
  if (!isShort(sub) || sub === '') throw wrong('sub');
  if (!isShort(tenant)) throw wrong('tenant');
  if (sid !== undefined && (!isShort(sid) || sid === '')) throw wrong('sid');
  if (jti !== undefined && !isShort(jti)) throw wrong('jti');
  const roles = namesOf(claims, 'roles');
  const permissions = namesOf(claims, 'permissions');
  const actedAt = new Date(actTimeOf(claims, key, issuedAt) * 1000).toISOString();
  const principal = { subject: sub, roles, permissions, tenant, actedAt, correlationId: '', issuer: key.issuer, audience };
  return Object.freeze(sid === undefined ? principal : { ...principal, session: sid });
}

/** When it was authorised: for the gateway's own token it says so itself, since the one for this service was made later. */
function actTimeOf(claims: Claims, { kind }: PublishedKey, issuedAt: number): number {
  if (kind === 'access') return issuedAt;
  const at = claims['auth_time'];
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || at > 8_640_000_000_000) throw wrong('auth_time');
  return at;
}

function namesOf(claims: Claims, name: string): readonly string[] {
  if (claims[name] === undefined) return NONE;
  const list = textsOf(claims[name]);
  if (list === undefined || list.length > MOST_NAMES || list.includes('')) throw wrong(name);
  return Object.freeze([...list]);
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every(isShort) ? value : undefined;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function wrong(name: string): TokenRefusedError {
  return new TokenRefusedError('claims', `its claim ${name} is missing or has another form`);
}
