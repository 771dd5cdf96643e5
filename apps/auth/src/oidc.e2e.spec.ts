import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AUTH_SERVER_OPTIONS } from '@minos/auth/server';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { type LocalProvider, signInAtProvider, SmallBrowser, startProvider } from '../test/oidc-provider-kit.js';
import { AuthAppModule } from './auth-app.module.js';

/** A port that was free a moment ago: the provider has to know the address before the service has one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('signing in with a provider', () => {
  let provider: LocalProvider;
  let auth: TestingApp;
  let publicUrl: string;

  beforeAll(async () => {
    // The provider warns that it is one for development.
    for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockReturnValue(undefined);
    // A front that forwards to wherever the application listens is not needed: the callback is opened by hand at the application's own address.
    publicUrl = `http://127.0.0.1:${await freePort()}`;
    provider = await startProvider(() => `${publicUrl}/auth/oidc/acme/callback`);
    const { issuer, clientId, clientSecret } = provider;
    auth = await createTestingApp(AuthAppModule, {
      override: (builder) =>
        builder
          .overrideProvider(AUTH_SERVER_OPTIONS)
          .useValue({ oidc: { publicUrl, providers: [{ id: 'acme', issuer, clientId, clientSecret, scope: 'openid email' }] } }),
    });
  });
  afterAll(async () => {
    await auth?.close();
    await provider?.close();
  });

  const here = (address: string): string => address.replace(publicUrl, auth.http.url);
  const signIn = async (browser: SmallBrowser, login: string): Promise<string> =>
    here(await signInAtProvider(browser, `${auth.http.url}/auth/oidc/acme/login`, login));

  it('opens a session for the account of issuer and subject, the same one each time', async () => {
    const subjects = [];
    for (const login of ['ann', 'ann', 'bob']) {
      const browser = new SmallBrowser();
      const page = await browser.open(await signIn(browser, login));
      expect(page.status).toBe(200);
      const { accessToken, refreshToken } = JSON.parse(page.text) as Record<string, string>;
      subjects.push(claimsOf(accessToken ?? '')['sub']);
      expect(await auth.http.post('/auth/refresh', { refreshToken })).toMatchObject({ status: 200 });
    }
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[2]).not.toBe(subjects[0]);
  });

  it('is no way into the account of an e-mail address, also where the provider calls it verified', async () => {
    const { body } = await auth.http.post<{ userId: string }>('/auth/register', { email: 'ann@example.org', password: 'a quiet forest' });
    const browser = new SmallBrowser();
    const page = await browser.open(await signIn(browser, 'mallory'));
    expect(claimsOf((JSON.parse(page.text) as { accessToken: string }).accessToken)['sub']).not.toBe(body.userId);
  });

  it('takes an answer only in the browser that began, once, and as it was', async () => {
    const victim = new SmallBrowser();
    const attacker = new SmallBrowser();
    const back = await signIn(attacker, 'mallory');
    expect((await victim.open(back)).status).toBe(401);
    await victim.open(`${auth.http.url}/auth/oidc/acme/login`);
    expect((await victim.open(back)).status).toBe(401);
    for (const [name, value] of [
      ['state', 'other'],
      ['code', 'other'],
      ['iss', 'http://other.example'],
    ] as const) {
      const browser = new SmallBrowser();
      const changed = new URL(await signIn(browser, 'mallory'));
      changed.searchParams.set(name, value);
      const page = await browser.open(changed.href);
      expect([name, page.status]).toEqual([name, 401]);
      expect(page.text).not.toContain(provider.clientSecret);
    }
    expect((await attacker.open(back)).status).toBe(200);
    expect((await attacker.open(back)).status).toBe(401);
  });

  it('sends browsers nowhere but to the provider', async () => {
    for (const query of ['?redirect_uri=https://evil.example', '?returnTo=//evil.example', '?next=https://evil.example']) {
      const page = await new SmallBrowser().open(`${auth.http.url}/auth/oidc/acme/login${query}`);
      const location = new URL(page.location ?? '');
      expect(location.origin).toBe(provider.issuer);
      expect(location.searchParams.get('redirect_uri')).toBe(`${publicUrl}/auth/oidc/acme/callback`);
      expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    }
    const spoofed = await fetch(`${auth.http.url}/auth/oidc/acme/login`, {
      redirect: 'manual',
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    expect(spoofed.headers.get('location')).not.toContain('evil');
    expect(spoofed.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
  });

  it('knows no other provider, and says so when one is away', async () => {
    expect((await new SmallBrowser().open(`${auth.http.url}/auth/oidc/other/login`)).status).toBe(404);
    expect((await new SmallBrowser().open(`${auth.http.url}/auth/oidc/other/callback?code=x`)).status).toBe(404);
  });

  it('answers 503 while the provider cannot be reached', async () => {
    const away = await createTestingApp(AuthAppModule, {
      override: (builder) =>
        builder.overrideProvider(AUTH_SERVER_OPTIONS).useValue({
          oidc: { publicUrl, providers: [{ id: 'acme', issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: 'y' }] },
        }),
    });
    try {
      expect(await away.http.get('/auth/oidc/acme/login')).toMatchObject({ status: 503, body: { code: 'OIDC_UNAVAILABLE' } });
    } finally {
      await away.close();
    }
  });
});
