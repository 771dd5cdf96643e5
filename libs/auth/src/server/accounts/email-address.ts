import { EmailRefusedError } from './account.errors.js';

const LONGEST = 254;
const LONGEST_LOCAL = 64;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The normal form, under which an address has one account at most: without space around it, and in small letters. Only ASCII is taken, so that no two addresses look the same; a
 * domain in another script has its `xn--` form. Throws `EMAIL_REFUSED`.
 */
export function emailAddress(given: unknown): string {
  const email = typeof given === 'string' && given.length <= LONGEST + 10 ? given.trim().toLowerCase() : '';
  const at = email.lastIndexOf('@');
  const [local, domain] = [email.slice(0, Math.max(0, at)), email.slice(at + 1)];
  if (email.length > LONGEST || local.length > LONGEST_LOCAL || !LOCAL.test(local) || !DOMAIN.test(domain))
    throw new EmailRefusedError('is no e-mail address such as ann@example.org');
  return email;
}
