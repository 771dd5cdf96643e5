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
}

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const NAMES = ['id', 'issuer', 'clientId', 'clientSecret', 'scope'];

/** Whether `value` is a list of providers with names of their own. */
export function areOidcProviders(value: unknown, production: boolean): value is readonly OidcProviderOptions[] {
  if (!Array.isArray(value) || !value.every((one) => isOidcProvider(one, production))) return false;
  return new Set(value.map(({ id }) => id)).size === value.length;
}

function isOidcProvider(value: unknown, production: boolean): value is OidcProviderOptions {
  if (typeof value !== 'object' || value === null || Object.keys(value).some((name) => !NAMES.includes(name))) return false;
  const { id, issuer, clientId, clientSecret, scope = 'openid' } = value as Readonly<Record<string, unknown>>;
  const texts = [id, issuer, clientId, clientSecret, scope].every((text) => typeof text === 'string' && text !== '');
  return texts && ID.test(id as string) && isIssuer(issuer as string, production) && (scope as string).split(' ').includes('openid');
}

function isIssuer(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && !production);
}
