import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 bits of chance, for one use. */
export function newRefreshToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** What is stored of it: with so much chance in it a plain hash is enough. `undefined` where the text is no such token. */
export function refreshTokenHash(token: unknown): Buffer | undefined {
  return typeof token === 'string' && FORM.test(token) ? createHash('sha256').update(token).digest() : undefined;
}
