import type { TokenKind } from '../contracts/keys.js';
import { strictObject } from './strict-object.js';
import { TokenRefusedError } from './token.errors.js';

/** What a header says of how the token is to be verified, as far as it may say anything. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string;
  readonly kind: TokenKind;
}

const KINDS: Readonly<Record<string, TokenKind>> = { 'at+jwt': 'access', 'st+jwt': 'service' };
const ALGORITHMS = new Set(['RS256', 'ES256', 'EdDSA']);
const KID = /^[\w-]{1,128}$/;
/** A closed list: keys and addresses of keys in a header, `crit`, `b64`, `zip` and all that is invented later are refused and never followed. */
const MEMBERS = new Set(['alg', 'kid', 'typ']);

/** Reads the decoded header. Throws `PRINCIPAL_REFUSED`. */
export function readHeader(bytes: Buffer): TokenHeader {
  const header = strictObject(bytes);
  if (typeof header === 'string') throw new TokenRefusedError('header', `its header ${header}`);
  if (!Object.keys(header).every((name) => MEMBERS.has(name)))
    throw new TokenRefusedError('header', 'its header has members that are not taken');
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !ALGORITHMS.has(alg)) throw new TokenRefusedError('algorithm', 'its algorithm is not taken');
  if (typeof kid !== 'string' || !KID.test(kid)) throw new TokenRefusedError('key', 'it names no key');
  const kind = typeof typ === 'string' && Object.hasOwn(KINDS, typ) ? KINDS[typ] : undefined;
  if (kind === undefined) throw new TokenRefusedError('type', 'it is neither at+jwt nor st+jwt');
  return { alg, kid, kind };
}
