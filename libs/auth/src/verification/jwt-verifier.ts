import { BoundedCache, type Clock, type Principal, SystemClock, type TokenVerifier } from '@minos/common';
import type { KeySource, PublishedKey } from '../contracts/keys.js';
import type { RevocationCheck } from '../contracts/revocations.js';
import type { ClaimRules } from './claim-rules.js';
import { isSigned } from './signature.js';
import { strictObject } from './strict-object.js';
import { IsoSeconds } from './iso-seconds.js';
import { isPromise } from './is-promise.js';
import { readClaims, type VerifiedToken } from './token-claims.js';
import { readHeader, type TokenHeader } from './token-header.js';
import { TokenRefusedError } from './token.errors.js';
import { type JwtVerifierOptions, type ResolvedVerifierOptions, resolveVerifierOptions } from './verifier.options.js';

/** Seconds that a service token is good for at the most. */
const SERVICE_LIFE = 60;
/** Headers are the same for all tokens of a key. */
const HEADERS = 50;
/** Characters at the end of a token by which it is found again. */
const PLACE = 43;
const NEVER_REVOKED: RevocationCheck = { isRevoked: () => false };

/**
 * Verifies compact JWTs of the keys that it is given, and nothing else: the algorithm, the kind and the issuer are those of the published key, never those that a token
 * chooses. A token that was seen before is answered from memory while its key is published, its time lasts and nothing took it back.
 */
export class JwtVerifier implements TokenVerifier {
  private readonly options: ResolvedVerifierOptions;
  private readonly keys: KeySource;
  private readonly clock: Clock;
  private readonly revocations: RevocationCheck;
  private readonly rules: ClaimRules;
  /** By the end of the token, which costs less to look up than all of it, and is as different: it is the end of the signature. */
  private readonly verified: BoundedCache<KnownToken>;
  private readonly iso = new IsoSeconds();
  private readonly headers = new BoundedCache<TokenHeader>(HEADERS);
  /** Places for the bytes of the token that is verified now: nothing waits in between, and buffers of its own for each would be half the cost of all that is not crypto. */
  private readonly bytes: Readonly<Record<'signed' | 'payload' | 'signature', Buffer>>;

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: JwtVerifierOptions) {
    this.options = resolveVerifierOptions(options);
    const { keys, clock = new SystemClock(), revocations = NEVER_REVOKED, service, accessTokens } = this.options;
    this.keys = keys;
    this.clock = clock;
    this.revocations = revocations;
    this.verified = new BoundedCache(this.options.cacheSize);
    const { tokenSize } = this.options;
    this.bytes = { signed: Buffer.alloc(tokenSize), payload: Buffer.alloc(tokenSize), signature: Buffer.alloc(tokenSize) };
    this.rules = {
      audiences: {
        ...(service === undefined ? {} : { service }),
        ...(accessTokens === undefined ? {} : { access: accessTokens.audience }),
      },
      longestLife: { service: SERVICE_LIFE, access: this.options.longestAccessLife / 1000 },
      tolerance: this.options.tolerance / 1000,
      expiryTolerance: this.options.expiryTolerance / 1000,
    };
  }

  /** Who acts; refuses a token of nobody. */
  verifyToken(token: string): Principal | Promise<Principal> {
    const caller = this.verifyCaller(token);
    return isPromise(caller) ? caller.then(demandKnown) : demandKnown(caller);
  }

  /** Who acts; `undefined` is an anonymous caller that the gateway passes on. Refuses as {@link verifyToken} does. */
  verifyCaller(token: string): Principal | undefined | Promise<Principal | undefined> {
    const known = this.verified.get(token.slice(-PLACE));
    if (known?.token !== token) return this.verify(token);
    const { verified } = known;
    const key = this.keys.key(verified.key.kid);
    if (key === verified.key) return this.recall(token, verified);
    this.forget(token);
    // Asked again on the way below, which joins the same fetch.
    if (isPromise(key)) key.catch(() => undefined);
    return this.verify(token);
  }

  /** As far back as tokens last: what was taken back is forgotten when every token that it met is over. */
  isTakenBack({ subject, session, actedAt }: Principal): boolean {
    return this.revocations.isRevoked({ subject, session, issuedAt: Math.floor(Date.parse(actedAt) / 1000) });
  }

  private recall(token: string, known: VerifiedToken): Principal | undefined {
    const now = this.clock.now() / 1000;
    if (now >= known.expiresAt + this.rules.expiryTolerance) {
      this.forget(token);
      throw new TokenRefusedError('expired', 'its time is over');
    }
    if (this.isRevoked(known)) {
      this.forget(token);
      throw new TokenRefusedError('revoked', 'it was taken back');
    }
    return known.principal;
  }

  private verify(token: string): Principal | undefined | Promise<Principal | undefined> {
    const parts = this.split(token);
    const header = parts.known ?? readHeader(decoded(Buffer.alloc(parts.header.length), parts.header));
    if (this.rules.audiences[header.kind] === undefined) throw new TokenRefusedError('type', 'tokens of its kind are not taken here');
    const key = this.keys.key(header.kid);
    return isPromise(key) ? key.then((found) => this.check(token, parts, header, found)) : this.check(token, parts, header, key);
  }

  /** Nothing is decoded before its size is known. */
  private split(token: string): Parts {
    if (token.length > this.options.tokenSize) throw new TokenRefusedError('size', `it is longer than ${this.options.tokenSize} bytes`);
    const first = token.indexOf('.');
    const second = token.indexOf('.', first + 1);
    if (first < 1 || second <= first + 1 || second === token.length - 1 || token.includes('.', second + 1))
      throw new TokenRefusedError('form', 'it has not the form header.payload.signature');
    const header = token.slice(0, first);
    return {
      header,
      known: this.headers.get(header),
      payload: token.slice(first + 1, second),
      signature: token.slice(second + 1),
      signed: second,
    };
  }

  private check(token: string, parts: Parts, header: TokenHeader, key: PublishedKey | undefined): Principal | undefined {
    if (key === undefined) throw new TokenRefusedError('key', 'its key is not published');
    if (key.alg !== header.alg) throw new TokenRefusedError('algorithm', 'its algorithm is not the one of its key');
    if (key.kind !== header.kind) throw new TokenRefusedError('type', 'its key is for tokens of another kind');
    const payloadBytes = decoded(this.bytes.payload, parts.payload);
    const signature = decoded(this.bytes.signature, parts.signature);
    // Header and payload are base64url by now, so every character is one byte.
    const signed = this.bytes.signed.subarray(0, Math.min(parts.signed, this.bytes.signed.write(token, 0, 'latin1')));
    if (!isSigned(key, signed, signature)) throw new TokenRefusedError('signature', 'its signature is wrong');
    if (parts.known === undefined) this.headers.set(parts.header, header);
    const payload = strictObject(payloadBytes);
    if (typeof payload === 'string') throw new TokenRefusedError('claims', `its payload ${payload}`);
    const verified = readClaims(payload, { key, rules: this.rules, now: this.clock.now() / 1000, iso: this.iso });
    if (this.isRevoked(verified)) throw new TokenRefusedError('revoked', 'it was taken back');
    this.verified.set(token.slice(-PLACE), { token, verified });
    return verified.principal;
  }

  private forget(token: string): void {
    this.verified.delete(token.slice(-PLACE));
  }

  private isRevoked({ principal, issuedAt }: VerifiedToken): boolean {
    if (principal === undefined) return false;
    return this.revocations.isRevoked({ subject: principal.subject, session: principal.session, issuedAt });
  }
}

interface KnownToken {
  readonly token: string;
  readonly verified: VerifiedToken;
}

interface Parts {
  readonly header: string;
  /** What it says, where it came before. */
  readonly known: TokenHeader | undefined;
  readonly payload: string;
  readonly signature: string;
  /** How many characters are signed. */
  readonly signed: number;
}

/**
 * The bytes of base64url, in a place that is large enough. Only the one way to write them is taken: what decoders pass over in silence (padding, other letters, bits that belong to
 * no byte) would give one token many spellings. Writing them again is the cheapest way to see it.
 */
function decoded(place: Buffer, text: string): Buffer {
  const bytes = place.subarray(0, place.write(text, 0, 'base64url'));
  if (bytes.toString('base64url') !== text) throw new TokenRefusedError('encoding', 'a part is not canonical base64url');
  return bytes;
}

function demandKnown(caller: Principal | undefined): Principal {
  if (caller === undefined) throw new TokenRefusedError('anonymous', 'it is of nobody');
  return caller;
}
