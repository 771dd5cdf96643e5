/** What the module works with: `AuthParts`. */
export const AUTH_PARTS = Symbol.for('@minos/auth/parts');
