/** A provider that people may sign in with. */
export interface OidcProviderOptions {
  /** Its name in the paths, such as `acme` in `/auth/oidc/acme/login`. */
  readonly id: string;
  /** Its issuer URL; everything else is read from its discovery document. `https` in production. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** @default 'openid' */
  readonly scope?: string;
  /**
   * Pages that a browser may be sent to when somebody has signed in, with a code in the query that the page exchanges for the tokens: exact addresses, `https` in production, on the site of `publicUrl`. The first is
   * taken where a request names none. @default none: the tokens are answered as JSON
   */
  readonly returnTo?: readonly string[];
}

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const NAMES = ['id', 'issuer', 'clientId', 'clientSecret', 'scope', 'returnTo'];
const MOST_PAGES = 50;

/** Whether `value` is a list of providers with names of their own. */
export function areOidcProviders(value: unknown, production: boolean): value is readonly OidcProviderOptions[] {
  if (!Array.isArray(value) || !value.every((one) => isOidcProvider(one, production))) return false;
  return new Set(value.map(({ id }) => id)).size === value.length;
}

function isOidcProvider(value: unknown, production: boolean): value is OidcProviderOptions {
  if (typeof value !== 'object' || value === null || Object.keys(value).some((name) => !NAMES.includes(name))) return false;
  const { id, issuer, clientId, clientSecret, scope = 'openid', returnTo = [] } = value as Readonly<Record<string, unknown>>;
  const texts = [id, issuer, clientId, clientSecret, scope].every((text) => typeof text === 'string' && text !== '');
  if (!texts || !ID.test(id as string) || !(scope as string).split(' ').includes('openid')) return false;
  return isWebAddress(issuer as string, production) && arePages(returnTo, production);
}

/** Without a fragment, which nobody but the browser would see. */
function arePages(value: unknown, production: boolean): boolean {
  if (!Array.isArray(value) || value.length > MOST_PAGES) return false;
  return value.every((page) => typeof page === 'string' && isWebAddress(page, production) && !page.includes('#'));
}

function isWebAddress(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && !production);
}
