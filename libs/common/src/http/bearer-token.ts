/** One scheme, in any case, one space, one token of the characters that RFC 6750 names, and nothing behind it. */
const BEARER = /^Bearer ([\w\-.~+/]+=*)$/i;

/** The bearer token in the value of an `Authorization` header; `undefined` where it is none, or anything but one. */
export function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
}
