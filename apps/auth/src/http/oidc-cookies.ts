import { type AnyRequest, OIDC_CODE_SECONDS, OIDC_FLOW_SECONDS, OidcRefusedError } from '@minos/auth/server';

/** What a browser keeps: a sign-in under way, and the key to the code in a page's address. Each has its own name, so that two tabs do not end each other's. */
const COOKIES = {
  flow: { name: 'minos_oidc', seconds: OIDC_FLOW_SECONDS },
  code: { name: 'minos_oidc_code', seconds: OIDC_CODE_SECONDS },
};

type Cookie = keyof typeof COOKIES;

/**
 * The cookies of signing in with a provider. Where browsers come by https their names begin with `__Host-`: no other host of the domain can set such a one, and so let somebody
 * go on with a sign-in that is not theirs.
 */
export class OidcCookies {
  private readonly prefix: string;
  private readonly attributes: string;

  constructor(publicUrl: string | undefined) {
    const secure = publicUrl?.startsWith('https:') === true;
    this.prefix = secure ? '__Host-' : '';
    // `Lax`: the browser comes back from another site, by a link.
    this.attributes = `HttpOnly; SameSite=Lax; ${secure ? 'Path=/; Secure' : 'Path=/auth/oidc'}`;
  }

  /** What the browser sent; `undefined` where it has none. Throws `OIDC_REFUSED` where it sent two: nobody knows whose the first is. */
  read({ headers }: AnyRequest, cookie: Cookie): string | undefined {
    const sent = (headers.cookie ?? '').split(';').map((part) => part.split('='));
    const found = sent.filter(([name = '']) => name.trim() === this.nameOf(cookie));
    if (found.length > 1) throw new OidcRefusedError();
    return found[0]?.[1]?.trim();
  }

  /** The header that lets the browser keep `value`. */
  keep(cookie: Cookie, value: string): string {
    return this.header(cookie, value, COOKIES[cookie].seconds);
  }

  /** The header that lets the browser forget it. */
  forget(cookie: Cookie): string {
    return this.header(cookie, '', 0);
  }

  private header(cookie: Cookie, value: string, seconds: number): string {
    return `${this.nameOf(cookie)}=${value}; Max-Age=${seconds}; ${this.attributes}`;
  }

  private nameOf(cookie: Cookie): string {
    return `${this.prefix}${COOKIES[cookie].name}`;
  }
}
