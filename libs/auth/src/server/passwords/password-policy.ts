import { isWellFormed } from '@minos/common';
import { PasswordRefusedError } from '../accounts/account.errors.js';
import { WORST_PASSWORDS } from './worst-passwords.js';

const FEWEST_CHARACTERS = 8;
const MOST_BYTES = 1024;

/**
 * The form in which a password is hashed: NFKC, as NIST SP 800-63B asks for, so that it does not matter which keyboard wrote it. Nothing is cut off and no character is refused. Answers
 * `undefined` for what is no password of anybody: something else than text, or longer than {@link choosePassword} takes.
 */
export function normalPassword(given: unknown): string | undefined {
  if (typeof given !== 'string' || given.length > MOST_BYTES || !isWellFormed(given)) return undefined;
  const password = given.normalize('NFKC');
  return Buffer.byteLength(password) <= MOST_BYTES ? password : undefined;
}

/**
 * A password that somebody chooses, in its normal form: at least 8 characters, at most 1024 bytes, none of the worst. No rules about kinds of characters, which make passwords worse.
 * `field` names it in the error `PASSWORD_REFUSED`.
 */
export function choosePassword(given: unknown, email: string | null, field = 'password'): string {
  const password = normalPassword(given);
  if (password === undefined) throw new PasswordRefusedError(field, `must be text of ${MOST_BYTES} bytes at the most`);
  if ([...password].length < FEWEST_CHARACTERS) throw new PasswordRefusedError(field, `must have at least ${FEWEST_CHARACTERS} characters`);
  const plain = password.toLowerCase();
  if (WORST_PASSWORDS.has(plain) || new Set(plain).size < 3) throw new PasswordRefusedError(field, 'is one that everybody tries first');
  if (email !== null && (plain === email || plain === email.slice(0, email.lastIndexOf('@'))))
    throw new PasswordRefusedError(field, 'must not be the e-mail address');
  return password;
}
