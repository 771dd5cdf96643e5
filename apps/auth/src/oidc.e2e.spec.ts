import { AUTH_SERVER_OPTIONS } from '@minos/auth/server';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { type OidcScene, startOidc } from '../test/oidc-kit.js';
import { type LocalProvider, SmallBrowser } from '../test/oidc-provider-kit.js';
import { AuthAppModule } from './auth-app.module.js';

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('signing in with a provider', () => {
  let scene: OidcScene;
  let provider: LocalProvider;
  let auth: TestingApp;
  let publicUrl: string;

  beforeAll(async () => {
    scene = await startOidc();
    ({ provider, auth, publicUrl } = scene);
  });
  afterAll(() => scene?.close());

  const signIn = (browser: SmallBrowser, login: string): Promise<string> => scene.signIn(browser, login);

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
    // Nor does a flow of the victim's own let it in by the name of the attacker's: the state is in what is sealed.
    const cookie = `${attacker.cookie('minos_oidc').name}=${victim.cookie('minos_oidc').value}`;
    expect((await fetch(back, { redirect: 'manual', headers: { cookie } })).status).toBe(401);
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
    for (const query of ['?redirect_uri=https://evil.example', '?next=https://evil.example']) {
      const page = await new SmallBrowser().open(`${auth.http.url}/auth/oidc/acme/login${query}`);
      const location = new URL(page.location ?? '');
      expect(location.origin).toBe(provider.issuer);
      expect(location.searchParams.get('redirect_uri')).toBe(`${publicUrl}/auth/oidc/acme/callback`);
      expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    }
    for (const page of ['//evil.example', 'https://evil.example', publicUrl, ''])
      expect(await auth.http.get(`/auth/oidc/acme/login?returnTo=${encodeURIComponent(page)}`)).toMatchObject({
        status: 400,
        body: { code: 'OIDC_RETURN_REFUSED' },
      });
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
