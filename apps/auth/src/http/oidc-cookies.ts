import { createHash } from 'node:crypto';
import { type AnyRequest, OIDC_CODE_SECONDS, OIDC_FLOW_SECONDS, OidcRefusedError } from '@minos/auth/server';

/** What a browser keeps: for each sign-in under way its flow, for each code in a page's address the key to it. */
const KINDS = {
  flow: { beginning: 'minos_oidc_flow_', seconds: OIDC_FLOW_SECONDS },
  code: { beginning: 'minos_oidc_code_', seconds: OIDC_CODE_SECONDS },
};
/** Of a kind in one browser: its cookies go along with every request, and servers refuse requests whose headers are too long. */
const MOST_OF_A_KIND = 5;
const SUFFIX_LENGTH = 16;
const SUFFIX = new RegExp(`^[\\w-]{${SUFFIX_LENGTH}}$`);

type Kind = keyof typeof KINDS;

/**
 * The cookies of signing in with a provider, each with a name of its own, so that no tab of a browser is in the way of another one. Where browsers come by https the names begin
 * with `__Host-`: no other host of the domain can set such a one, and so let somebody go on with a sign-in that is not theirs.
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

  /** The one of the flow with this state, or of this code. */
  of(kind: Kind, id: string): OidcCookie {
    const { beginning, seconds } = KINDS[kind];
    return new OidcCookie({ beginning: `${this.prefix}${beginning}`, id, seconds, attributes: this.attributes });
  }
}

interface OidcCookieParts {
  readonly beginning: string;
  /** As a request says it: any text. */
  readonly id: string;
  readonly seconds: number;
  readonly attributes: string;
}

class OidcCookie {
  private readonly name: string;

  constructor(private readonly parts: OidcCookieParts) {
    // A hash, since a name takes few characters, and an id can be any.
    this.name = `${parts.beginning}${createHash('sha256').update(parts.id).digest('base64url').slice(0, SUFFIX_LENGTH)}`;
  }

  /** What the browser sent; `undefined` where it has none. Throws `OIDC_REFUSED` where it sent two: nobody knows whose the first is. */
  read(request: AnyRequest): string | undefined {
    const found = sentBy(request).filter(([name]) => name === this.name);
    if (found.length > 1) throw new OidcRefusedError();
    return found[0]?.[1];
  }

  /** The header that lets the browser keep `value`. */
  keep(value: string): string {
    return this.header(this.name, value, this.parts.seconds);
  }

  /** The header that lets the browser forget it. */
  forget(): string {
    return this.header(this.name, '', 0);
  }

  /** The headers that let the browser forget those of this kind that would be too many beside this one: the oldest, which browsers send first. */
  makeRoom(request: AnyRequest): readonly string[] {
    const { beginning } = this.parts;
    const names = sentBy(request).flatMap(([name]) =>
      name.startsWith(beginning) && SUFFIX.test(name.slice(beginning.length)) ? [name] : [],
    );
    return names.slice(0, Math.max(0, names.length + 1 - MOST_OF_A_KIND)).map((name) => this.header(name, '', 0));
  }

  private header(name: string, value: string, seconds: number): string {
    return `${name}=${value}; Max-Age=${seconds}; ${this.parts.attributes}`;
  }
}

function sentBy({ headers }: AnyRequest): readonly (readonly [name: string, value: string])[] {
  const pairs = (headers.cookie ?? '').split(';').map((part) => part.split('='));
  return pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]);
}
