import { type AddressInfo, createServer } from 'node:net';
import { AUTH_SERVER_OPTIONS, type OidcProviderOptions } from '@minos/auth/server';
import { createTestingApp, type TestingApp, type TestingAppOptions } from '@minos/nest/testing';
import { AuthAppModule } from '../src/auth-app.module.js';
import { type LocalProvider, signInAtProvider, type SmallBrowser, startProvider } from './oidc-provider-kit.js';

/** The service with the provider `acme` on this machine. */
export interface OidcScene {
  readonly auth: TestingApp;
  readonly provider: LocalProvider;
  readonly publicUrl: string;
  /** The address that the provider sends the browser back to after `login` has signed in there; it leads to the service, and was not opened. */
  signIn(browser: SmallBrowser, login: string, query?: string): Promise<string>;
  close(): Promise<void>;
}

export interface OidcSceneOptions extends Pick<OidcProviderOptions, 'returnTo'>, Pick<TestingAppOptions, 'adapter'> {}

export async function startOidc({ returnTo, ...options }: OidcSceneOptions = {}): Promise<OidcScene> {
  // The provider warns that it is one for development.
  for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockReturnValue(undefined);
  // A front that forwards to wherever the application listens is not needed: the callback is opened by hand at the application's own address.
  const publicUrl = `http://127.0.0.1:${await freePort()}`;
  const provider = await startProvider(() => `${publicUrl}/auth/oidc/acme/callback`);
  const { issuer, clientId, clientSecret } = provider;
  const acme = { id: 'acme', issuer, clientId, clientSecret, scope: 'openid email', ...(returnTo && { returnTo }) };
  const auth = await createTestingApp(AuthAppModule, {
    ...options,
    override: (builder) => builder.overrideProvider(AUTH_SERVER_OPTIONS).useValue({ oidc: { publicUrl, providers: [acme] } }),
  });
  const signIn = async (browser: SmallBrowser, login: string, query = ''): Promise<string> =>
    (await signInAtProvider(browser, `${auth.http.url}/auth/oidc/acme/login${query}`, login)).replace(publicUrl, auth.http.url);
  const close = async (): Promise<void> => {
    await auth.close();
    await provider.close();
  };
  return { auth, provider, publicUrl, signIn, close };
}

/** A port that was free a moment ago: the provider has to know the address before the service has one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
