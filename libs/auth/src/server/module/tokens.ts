/** `AuthStorage`: what the server keeps. */
export const AUTH_STORAGE = Symbol.for('@minos/auth/storage');
