import { bearerToken } from '@minos/common/http';

interface RequestLike {
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Whether the request says anything about who it comes from. */
export function hasAuthorization(request: object): boolean {
  return authorizationOf(request) !== undefined;
}

/** The bearer token of a request; `null` where it has none, as Passport has it. */
export function bearerTokenOf(request: object): string | null {
  return bearerToken(authorizationOf(request)) ?? null;
}

function authorizationOf(request: object): unknown {
  return (request as RequestLike).headers?.['authorization'];
}
