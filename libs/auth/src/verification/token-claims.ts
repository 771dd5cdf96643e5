import type { Principal } from '@minos/common';
import type { PublishedKey } from '../contracts/keys.js';
import type { ClaimCheck } from './claim-rules.js';
import { checkTimes } from './token-times.js';
import { TokenRefusedError } from './token.errors.js';

/** What a token stands for once it is verified; times in seconds since the epoch. */
export interface VerifiedToken {
  /** `undefined` is an anonymous caller that the gateway passed on. */
  readonly principal: Principal | undefined;
  /** When the access token was issued: the one that a service token stands for, where it is one. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly key: PublishedKey;
}

type Claims = Readonly<Record<string, unknown>>;

const LONGEST_TEXT = 255;
const MOST_NAMES = 500;
const NONE: readonly string[] = Object.freeze([]);

/**
 * Checks the claims of a token whose signature is good. Lists of the claims become those of the principal, so the caller gives them away. Throws `PRINCIPAL_REFUSED`.
 */
export function readClaims(claims: Claims, check: ClaimCheck): VerifiedToken {
  const { key } = check;
  if (claims['iss'] !== key.issuer) throw new TokenRefusedError('issuer', 'its issuer is not the one of its key');
  const audience = readAudience(claims['aud'], check);
  checkTimes(claims, check);
  const principal = claims['anonymous'] === undefined ? readPrincipal(claims, check, audience) : demandAnonymous(claims, key);
  // The gateway's own iat would be too late for what was taken back while the gateway could not hear of it, and too early for a login in the same second.
  const issuedAt = (key.kind === 'service' && principal !== undefined ? claims['auth_time'] : claims['iat']) as number;
  return { principal, issuedAt, expiresAt: claims['exp'] as number, key };
}

/** Nobody: no claim of such a token may say who it is or what it may do. */
function demandAnonymous(claims: Claims, { kind }: PublishedKey): undefined {
  const empty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  const nobody = claims['anonymous'] === true && claims['sub'] === undefined && empty(claims['roles']) && empty(claims['permissions']);
  if (kind !== 'service' || !nobody) throw new TokenRefusedError('claims', 'it says to be of nobody, and does not look so');
  return undefined;
}

function readAudience(aud: unknown, { key: { kind }, rules: { audiences } }: ClaimCheck): readonly string[] {
  const wanted = audiences[kind];
  if (wanted === undefined) throw new TokenRefusedError('type', 'tokens of its kind are not taken here');
  const list = typeof aud === 'string' ? [aud] : aud;
  // A service token that more than one service takes would let one of them act as its caller towards the others.
  if (!areTexts(list) || !list.includes(wanted) || (kind === 'service' && list.length > 1)) {
    throw new TokenRefusedError('audience', 'it is meant for somebody else');
  }
  return Object.freeze(list);
}

function readPrincipal(claims: Claims, { key, iso }: ClaimCheck, audience: readonly string[]): Principal {
  const subject = textOf(claims, 'sub', 1);
  const tenant = claims['tenant'] === undefined ? '' : textOf(claims, 'tenant');
  const session = claims['sid'] === undefined ? undefined : textOf(claims, 'sid', 1);
  if (claims['jti'] !== undefined) textOf(claims, 'jti');
  const roles = namesOf(claims, 'roles');
  const permissions = namesOf(claims, 'permissions');
  const actedAt = iso.write(actTimeOf(claims, key));
  const { issuer } = key;
  // Written out twice: a copy with one more field costs several times as much as all checks above.
  if (session === undefined) return Object.freeze({ subject, roles, permissions, tenant, actedAt, correlationId: '', issuer, audience });
  return Object.freeze({ subject, roles, permissions, tenant, actedAt, correlationId: '', issuer, audience, session });
}

/** When it was authorised: the gateway's own token says so itself, since it was made later. */
function actTimeOf(claims: Claims, { kind }: PublishedKey): number {
  const name = kind === 'access' ? 'iat' : 'auth_time';
  const at = claims[name];
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || at > 8_640_000_000_000) throw wrong(name);
  return at;
}

function textOf(claims: Claims, name: string, least = 0): string {
  const text = claims[name];
  if (!isShort(text) || text.length < least) throw wrong(name);
  return text;
}

function namesOf(claims: Claims, name: string): readonly string[] {
  const list = claims[name];
  if (list === undefined) return NONE;
  if (!areTexts(list) || list.length > MOST_NAMES || list.includes('')) throw wrong(name);
  return Object.freeze(list);
}

function areTexts(value: unknown): value is string[] {
  if (!Array.isArray(value)) return false;
  for (const one of value as unknown[]) if (!isShort(one)) return false;
  return true;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function wrong(name: string): TokenRefusedError {
  return new TokenRefusedError('claims', `its claim ${name} is missing or has another form`);
}
