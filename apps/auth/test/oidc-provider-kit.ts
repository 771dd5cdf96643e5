import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ProviderClass {
  new (
    issuer: string,
    configuration: object,
  ): { callback(): (request: unknown, response: unknown) => void; on(event: string, listener: (...args: unknown[]) => void): void };
}

/** A real provider on this machine, in whose forms anybody signs in as whom they say. */
export interface LocalProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  close(): Promise<void>;
}

export async function startProvider(redirectUri: () => string): Promise<LocalProvider> {
  let handler: (request: unknown, response: unknown) => void = () => undefined;
  const server: Server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { default: Provider } = jest.requireActual<{ default: ProviderClass }>('oidc-provider');
  const [clientId, clientSecret] = ['shop', 'a-secret-of-the-client-0123456789'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri()],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['one', 'two'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: 'ann@example.org', email_verified: true }),
    }),
  });
  handler = provider.callback();
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { issuer, clientId, clientSecret, close };
}

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

/** As much of a browser as signing in needs: cookies by host and path, redirects one at a time. */
export class SmallBrowser {
  private readonly cookies: { readonly origin: string; readonly name: string; readonly value: string; readonly path: string }[] = [];

  open(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    return this.send(url, form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) });
  }

  /** As a script of a page does. */
  postJson(url: string, body: unknown): Promise<Page> {
    return this.send(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  /** Follows redirects until a page comes, or `stop` says that the next one is not to be opened. */
  async follow(url: string, stop: (next: string) => boolean = () => false, form?: Readonly<Record<string, string>>): Promise<Page> {
    let page = await this.open(url, form);
    while (page.location !== null && !stop(page.location)) page = await this.open(page.location);
    return page;
  }

  /** The cookies whose names begin so, as it sends them; those that it was told to forget are none. */
  kept(beginning: string): readonly { readonly name: string; readonly value: string }[] {
    return this.cookies.filter(({ name, value }) => name.startsWith(beginning) && value !== '');
  }

  /** The only one of them. */
  cookie(beginning: string): { readonly name: string; readonly value: string } {
    const [one, another] = this.kept(beginning);
    if (one === undefined || another !== undefined) throw new Error(`There is not one cookie that begins with ${beginning}.`);
    return one;
  }

  private async send(url: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> {
    const { origin, pathname } = new URL(url);
    const mine = this.cookies.filter((one) => one.origin === origin && pathname.startsWith(one.path) && one.value !== '');
    const cookie = mine.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { ...init.headers, cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(origin, line);
    const location = response.headers.get('location');
    return { url, status: response.status, text: await response.text(), location: location === null ? null : new URL(location, url).href };
  }

  private keep(origin: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...value] = pair.split('=');
    const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    const at = this.cookies.findIndex((one) => one.origin === origin && one.name === name && one.path === path);
    if (at >= 0) this.cookies.splice(at, 1);
    this.cookies.push({ origin, name, value: value.join('='), path });
  }
}

/** Signs in at the provider as `login` and gives consent; answers the address that the provider sends the browser back to, not opened. */
export async function signInAtProvider(browser: SmallBrowser, begin: string, login: string): Promise<string> {
  const isBack = (next: string): boolean => new URL(next).pathname.endsWith('/callback');
  let page = await browser.follow(begin, isBack);
  for (const form of [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }]) {
    if (page.location !== null) break;
    const action = /action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`The provider shows no form: ${page.status} ${page.text.slice(0, 500)}`);
    page = await browser.follow(new URL(action, page.url).href, isBack, form as unknown as Record<string, string>);
  }
  if (page.location === null) throw new Error(`The provider does not send the browser back: ${page.status} ${page.text.slice(0, 500)}`);
  return page.location;
}
