import { AUTH_SERVER_OPTIONS, type OidcProviderOptions } from '@minos/auth/server';
import { createTestingApp, type TestingApp, type TestingAppOptions } from '@minos/nest/testing';
import { freePort } from '../../../tools/testing/service-process.js';
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

export interface OidcSceneOptions extends Pick<OidcProviderOptions, 'returnTo'>, Pick<TestingAppOptions, 'adapter'> {
  /** How browsers reach the service, as its public URL says. @default 'http' */
  readonly scheme?: 'http' | 'https';
}

export async function startOidc({ returnTo, scheme = 'http', ...options }: OidcSceneOptions = {}): Promise<OidcScene> {
  // The provider warns that it is one for development.
  for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockReturnValue(undefined);
  // A front that forwards to wherever the application listens is not needed: the callback is opened by hand at the application's own address.
  const publicUrl = `${scheme}://127.0.0.1:${await freePort()}`;
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
