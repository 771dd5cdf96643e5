/** What the module works with: `AuthParts`. */
export const AUTH_PARTS = Symbol.for('@minos/auth/parts');
/** A `ServiceTokenMinter` where the module was told that the application mints; `undefined` without authentication. */
export const SERVICE_TOKEN_MINTER = Symbol.for('@minos/service-token-minter');
