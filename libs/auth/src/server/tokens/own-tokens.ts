import type { Clock } from '@minos/common';
import { decodeProtectedHeader, importJWK, jwtVerify, type KeyLike } from 'jose';
import type { KeySource, PublishedKey } from '../../contracts/keys.js';
import { CallerUnknownError } from './token.errors.js';

/** Who calls, by a token. */
export interface Caller {
  readonly subject: string;
  /** The session of the token, where it names one. */
  readonly session?: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** Epoch seconds, where a token of ours said so itself. */
  readonly issuedAt?: number;
}

export interface OwnTokensSettings {
  /** Audience of access tokens; one of them is enough. */
  readonly audience: readonly string[];
  /** Durable name of this service: the audience of tokens that the gateway makes for it. */
  readonly service: string;
}

const TYPES = { access: 'at+jwt', service: 'st+jwt' } as const;
const LONGEST_TOKEN = 16_384;
const TOLERANCE_SECONDS = 30;

/** Verifies tokens that come back to the server: its own access tokens, and those that the gateway made for it. Algorithm, type and issuer are what the published key says. */
export class OwnTokens {
  private readonly imported = new Map<string, Promise<KeyLike | Uint8Array>>();

  constructor(
    private readonly keys: KeySource,
    private readonly settings: OwnTokensSettings,
    private readonly clock: Clock,
  ) {}

  /** Rejects with `CALLER_UNKNOWN` where the token is not good, with another error where the keys cannot be had. */
  async verify(token: string): Promise<Caller> {
    const key = await this.keys.key(kidOf(token));
    if (key === undefined) throw new CallerUnknownError();
    const { payload } = await jwtVerify(token, await this.publicKey(key), {
      algorithms: [key.alg],
      typ: TYPES[key.kind],
      issuer: key.issuer,
      audience: key.kind === 'access' ? [...this.settings.audience] : this.settings.service,
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(this.clock.now()),
      requiredClaims: ['exp', 'iat', 'sub'],
    }).catch((error: unknown) => {
      throw new CallerUnknownError(error);
    });
    const caller = callerOf(payload);
    // A token of the gateway is younger than the one that it stands for, which the gateway has held against the revocations.
    return key.kind === 'access' ? { ...caller, issuedAt: Number(payload.iat) } : caller;
  }

  private publicKey({ kid, alg, jwk }: PublishedKey): Promise<KeyLike | Uint8Array> {
    const known = this.imported.get(kid) ?? importJWK({ ...jwk, kty: String(jwk['kty']) }, alg);
    if (this.imported.size > 100) this.imported.clear();
    this.imported.set(kid, known);
    return known;
  }
}

function kidOf(token: string): string {
  try {
    if (token.length > LONGEST_TOKEN) throw new RangeError('longer than tokens are');
    const { kid } = decodeProtectedHeader(token);
    if (typeof kid === 'string' && kid.length <= 128) return kid;
  } catch (error) {
    throw new CallerUnknownError(error);
  }
  throw new CallerUnknownError();
}

function callerOf(payload: Readonly<Record<string, unknown>>): Caller {
  const { sub, sid, tenant, roles } = payload;
  if (typeof sub !== 'string' || sub === '') throw new CallerUnknownError();
  return {
    subject: sub,
    ...(typeof sid === 'string' ? { session: sid } : {}),
    tenant: typeof tenant === 'string' ? tenant : '',
    roles: Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [],
  };
}
