interface RequestLike {
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** One scheme, one space, one token of the characters that RFC 6750 names, and nothing behind it. */
const BEARER = /^Bearer ([\w\-.~+/]+=*)$/i;

/** Whether the request says anything about who it comes from. */
export function hasAuthorization(request: object): boolean {
  return (request as RequestLike).headers?.['authorization'] !== undefined;
}

/** The bearer token of a request; `null` where it has none. */
export function bearerToken(request: object): string | null {
  const header = (request as RequestLike).headers?.['authorization'];
  return (typeof header === 'string' ? BEARER.exec(header)?.[1] : undefined) ?? null;
}
