import type { PublishedKey, TokenKind } from '../contracts/keys.js';
import { keyObjectOf } from '../verification/signature.js';
import { publicMembers, thumbprint } from './thumbprint.js';

/** Keys that can be used, and why others cannot. */
export interface ReadKeys {
  readonly keys: ReadonlyMap<string, PublishedKey>;
  /** One sentence for each key that is passed over. */
  readonly ignored: readonly string[];
}

const NONE: ReadonlyMap<string, PublishedKey> = new Map();
const MOST_KEYS = 200;
const FITTING: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 4096;

/**
 * The keys of a key set. A key whose parts do not fit together is passed over and spoils no other; `undefined` is no key set at all. What stays the same as in `before` stays
 * the same object, so that what was verified with it need not be verified again.
 */
export function readKeySet(document: unknown, before: ReadonlyMap<string, PublishedKey> = NONE): ReadKeys | undefined {
  const list: unknown = isRecord(document) ? document['keys'] : undefined;
  if (!Array.isArray(list) || list.length > MOST_KEYS) return undefined;
  const keys = new Map<string, PublishedKey>();
  const ignored: string[] = [];
  for (const [index, entry] of list.entries()) {
    const read = readKey(entry, before);
    if (typeof read === 'string') ignored.push(`key ${index + 1} of the key set is not used: ${read}`);
    else keys.set(read.kid, read);
  }
  return { keys, ignored };
}

/** One key as it is published, or what does not fit. One that is the same in `before` is that object, and is not taken in again. */
export function readKey(entry: unknown, before: ReadonlyMap<string, PublishedKey> = NONE): PublishedKey | string {
  if (!isRecord(entry)) return 'it is no object';
  const use = readUse(entry);
  if (typeof use === 'string') return use;
  const { alg, kid } = entry;
  const members = publicMembers(entry);
  const fault = faultOfMembers(alg, members);
  if (members === undefined || fault !== undefined) return fault ?? 'its members are missing';
  if (kid !== thumbprint(members)) return 'its kid is not its thumbprint';
  const read = { kid, alg: String(alg), ...use, jwk: Object.freeze(members) };
  return sameAs(before.get(kid), read) ?? imported(read);
}

/** What the key is for: whose tokens, and of which kind. */
function readUse(entry: Readonly<Record<string, unknown>>): Pick<PublishedKey, 'issuer' | 'kind'> | string {
  const { use, iss, kind, key_ops: operations } = entry;
  if (PRIVATE.some((name) => name in entry)) return "it has private members, so it is nobody's secret any more";
  if (use !== 'sig') return 'its use is not "sig"';
  if (typeof iss !== 'string' || iss === '') return 'it has no issuer';
  if (!isKind(kind)) return 'its kind is neither "access" nor "service"';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return 'its key_ops have no "verify"';
  return { issuer: iss, kind };
}

function faultOfMembers(alg: unknown, members: Readonly<Record<string, string>> | undefined): string | undefined {
  const fitting = typeof alg === 'string' && Object.hasOwn(FITTING, alg) ? FITTING[alg] : undefined;
  if (fitting === undefined) return 'its alg is not RS256, ES256 or EdDSA';
  if (members === undefined) return 'it is no RSA, EC or OKP key with all members';
  const { kty, crv, e } = members;
  if (kty !== fitting.kty || crv !== fitting.crv) return `its kty or crv do not fit ${String(alg)}`;
  return kty === 'RSA' && e !== 'AQAB' ? 'its exponent is not 65537' : undefined;
}

/** A point that is not on its curve, or a number that is none, is found when Node takes the key. */
function imported(key: PublishedKey): PublishedKey | string {
  try {
    const bits = keyObjectOf(key).asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS))
      return `it has ${bits} bits, not ${LEAST_RSA_BITS} to ${MOST_RSA_BITS}`;
  } catch {
    return 'it is no key';
  }
  return Object.freeze(key);
}

/** An id is the thumbprint of its key, so the rest of the key needs no look. */
function sameAs(before: PublishedKey | undefined, read: PublishedKey): PublishedKey | undefined {
  return before?.alg === read.alg && before.issuer === read.issuer && before.kind === read.kind ? before : undefined;
}

function isKind(value: unknown): value is TokenKind {
  return value === 'access' || value === 'service';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
