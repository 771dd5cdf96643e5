import { isWellFormed } from '../codec/is-well-formed.js';
import { parseJson } from '../codec/parse-json.js';
import type { Principal } from '../contracts/principal.js';
import { isMinosError } from '../errors/minos-error.js';

/** Bytes of a claim set; a token of an HTTP header, which is where claims come from, is smaller. */
export const MOST_CLAIM_BYTES = 16_384;

/** Characters, which have three bytes at the most. */
const SHORT = MOST_CLAIM_BYTES / 3;
const LIMITS = { bytes: MOST_CLAIM_BYTES, depth: 2 };
const TEXTS = ['subject', 'tenant', 'actedAt', 'correlationId', 'issuer'] as const;
const LISTS = ['roles', 'audience'] as const;
/** The only claim that may be missing. */
const PERMISSIONS = 'permissions';
const NONE = Object.freeze([]);
/** Texts of principals that cannot change any more. */
const written = new WeakMap<Principal, string>();
/** Principals that were looked at and cannot change any more. */
const sound = new WeakSet<Principal>();

/** A claim set as compact JSON, always with the same fields in the same order; what else the object has is left out. */
export function writeClaims(principal: Principal): string {
  const known = written.get(principal);
  if (known !== undefined) return known;
  const { subject, roles, permissions, tenant, actedAt, correlationId, issuer, audience } = principal;
  // Last, and left out where there are none: then the text is the one that earlier releases write, and read.
  const more = permissions === undefined || permissions.length === 0 ? {} : { permissions };
  const text = JSON.stringify({ subject, roles, tenant, actedAt, correlationId, issuer, audience, ...more });
  if (isDeeplyFrozen(principal)) written.set(principal, text);
  return text;
}

/** The claims of this principal, or what nobody could read of them. */
export function checkedClaims(principal: Principal): { readonly text: string } | { readonly fault: string } {
  const text = writeClaims(principal);
  if (sound.has(principal)) return { text };
  const read = readClaims(text, { exact: true });
  if ('fault' in read) return read;
  if (isDeeplyFrozen(principal)) sound.add(principal);
  return { text };
}

/** A frozen principal from its claims, or what is wrong with them. Further fields are left out, but where `exact` refused. */
export function readClaims(text: string, { exact }: { readonly exact: boolean }): Principal | { readonly fault: string } {
  try {
    const claims = parsed(text);
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return { fault: 'they are no object' };
    return principalOf(claims, exact);
  } catch (error) {
    if (isMinosError(error, 'PAYLOAD_REFUSED')) return { fault: error.message };
    throw error;
  }
}

/**
 * Short text without escapes needs no look at each character: `JSON.parse` takes no NUL, what is nested deeper than a claim may be is refused by its type, and a key that
 * means something to objects is just one more that nobody knows. Everything else, and what cannot be read, goes the careful way, which also has the words for it.
 */
function parsed(text: string): unknown {
  if (text.length > SHORT || text.includes('\\') || !isWellFormed(text)) return parseJson(text, LIMITS);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parseJson(text, LIMITS);
  }
}

function principalOf(claims: object, exact: boolean): Principal | { readonly fault: string } {
  const fields = new Map<string, unknown>(Object.entries(claims));
  const wrongText = TEXTS.find((name) => typeof fields.get(name) !== 'string');
  if (wrongText !== undefined) return { fault: `${wrongText} is no text` };
  if (fields.get('subject') === '') return { fault: 'subject is empty' };
  const wrongList = LISTS.find((name) => !isTexts(fields.get(name)));
  if (wrongList !== undefined) return { fault: `${wrongList} is no list of texts` };
  const more = fields.has(PERMISSIONS);
  if (more && !isTexts(fields.get(PERMISSIONS))) return { fault: 'permissions is no list of texts' };
  if (exact && fields.size > TEXTS.length + LISTS.length + Number(more)) return { fault: 'there are claims that nobody here knows' };
  const { subject, roles, permissions, tenant, actedAt, correlationId, issuer, audience } = claims as Principal;
  const principal = { subject, roles, tenant, actedAt, correlationId, issuer, audience };
  return frozenPrincipal(permissions === undefined ? principal : { ...principal, permissions });
}

/** A copy that nobody can change, so that it can be shared. */
export function frozenPrincipal(principal: Principal): Principal {
  const { roles, audience, permissions } = principal;
  const copy = { ...principal, roles: Object.freeze([...roles]), audience: Object.freeze([...audience]) };
  return Object.freeze(permissions === undefined ? copy : { ...copy, permissions: Object.freeze([...permissions]) });
}

function isDeeplyFrozen(principal: Principal): boolean {
  const { roles, audience, permissions } = principal;
  return Object.isFrozen(principal) && Object.isFrozen(roles) && Object.isFrozen(audience) && Object.isFrozen(permissions ?? NONE);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
