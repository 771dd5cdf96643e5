export interface TestTokenOptions {
  /** @default 'ann' */
  readonly subject?: string;
  /** @default none */
  readonly roles?: readonly string[];
  /** @default none */
  readonly permissions?: readonly string[];
  /** @default '' */
  readonly tenant?: string;
  /** The login. @default none */
  readonly session?: string;
  /** Seconds from its issue to its end. @default 60 */
  readonly life?: number;
  /** When it was issued, in seconds since the epoch. @default now */
  readonly issuedAt?: number;
}

/** Claims that fit, of an access token. */
export function accessClaims(audience: string, options: TestTokenOptions = {}): Record<string, unknown> {
  const { subject: sub = 'ann', roles = [], permissions = [], tenant = '', session, ...times } = options;
  return {
    sub,
    roles,
    permissions,
    tenant,
    ...(session === undefined ? {} : { sid: session }),
    aud: [audience],
    jti: `${sub}-token`,
    ...spanOf(times),
  };
}

/** Claims that fit, of a service token; without `subject` in the options of an anonymous caller. */
export function serviceClaims(service: string, options: TestTokenOptions | 'anonymous' = {}): Record<string, unknown> {
  if (options === 'anonymous') return { aud: service, anonymous: true, ...spanOf({}) };
  const { aud: _audience, jti: _id, ...claims } = accessClaims(service, options);
  return { ...claims, aud: service, auth_time: claims['iat'] };
}

function spanOf({
  issuedAt = Math.floor(Date.now() / 1000),
  life = 60,
}: Pick<TestTokenOptions, 'issuedAt' | 'life'>): Record<string, number> {
  return { iat: issuedAt, nbf: issuedAt, exp: issuedAt + life };
}
