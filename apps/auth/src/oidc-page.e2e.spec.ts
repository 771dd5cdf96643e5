import { AuthServer, AUTH_STORAGE, type AuthStorage } from '@minos/auth/server';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type OidcScene, startOidc } from '../test/oidc-kit.js';
import { SmallBrowser } from '../test/oidc-provider-kit.js';

const PAGE = 'http://shop.example/signed-in?lang=en';
const OTHER = 'http://shop.example/console';

describe.each(['express', 'fastify'])('a page that somebody comes back to from a provider, by a service on %s', (kind) => {
  let scene: OidcScene;
  beforeAll(async () => {
    scene = await startOidc({ returnTo: [PAGE, OTHER], ...(kind === 'fastify' ? { adapter: new FastifyAdapter() } : {}) });
  });
  afterAll(() => scene?.close());

  const exchange = (browser: SmallBrowser, code: unknown) => browser.postJson(`${scene.auth.http.url}/auth/oidc/exchange`, { code });

  /** Signs in and follows to the page: its address, which is not opened. */
  async function arrive(browser: SmallBrowser, query = ''): Promise<URL> {
    const back = await browser.open(await scene.signIn(browser, 'ann', query));
    expect([back.status, back.text]).toEqual([303, '']);
    return new URL(back.location ?? '');
  }

  it('gets a code in its address, and the tokens for it', async () => {
    const browser = new SmallBrowser();
    const page = await arrive(browser);
    const code = page.searchParams.get('code');
    page.searchParams.delete('code');
    expect(page.href).toBe(PAGE);
    const answer = await exchange(browser, code);
    expect(answer.status).toBe(200);
    const { accessToken, refreshToken } = JSON.parse(answer.text) as Record<string, string>;
    expect(code).not.toContain(accessToken);
    expect(await scene.auth.http.post('/auth/refresh', { refreshToken })).toMatchObject({ status: 200 });
    expect(browser.cookie('minos_oidc')).toBe('');
  });

  it('is the one that was asked for, where it is on the list, letter for letter', async () => {
    const page = await arrive(new SmallBrowser(), `?returnTo=${encodeURIComponent(OTHER)}`);
    expect(`${page.origin}${page.pathname}`).toBe(OTHER);
    for (const other of [
      `${OTHER}/`,
      `${OTHER}?`,
      'http://shop.example',
      'http://SHOP.example/console',
      `${OTHER}@evil.example`,
      '//shop.example',
    ]) {
      const answer = await scene.auth.http.get(`/auth/oidc/acme/login?returnTo=${encodeURIComponent(other)}`);
      expect([other, answer.status, answer.body]).toEqual([other, 400, expect.objectContaining({ code: 'OIDC_RETURN_REFUSED' })]);
    }
  });

  it('gets nothing a second time, nor at once: one of many wins', async () => {
    const browser = new SmallBrowser();
    const code = (await arrive(browser)).searchParams.get('code');
    const key = browser.cookie('minos_oidc') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scene.auth.http.post('/auth/oidc/exchange', { code }, { cookie: `minos_oidc=${key}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(401)]);
    expect(answers.find(({ status }) => status === 401)?.body).toMatchObject({ code: 'OIDC_REFUSED' });
  });

  it('gets nothing in another browser, and the right one still does afterwards', async () => {
    const [mine, thief] = [new SmallBrowser(), new SmallBrowser()];
    const code = (await arrive(mine)).searchParams.get('code');
    await arrive(thief);
    expect((await exchange(thief, code)).status).toBe(401);
    expect((await exchange(new SmallBrowser(), code)).status).toBe(401);
    expect((await exchange(mine, code)).status).toBe(200);
  });

  it('gets nothing for what is no code, or of an account that was disabled', async () => {
    const browser = new SmallBrowser();
    const code = (await arrive(browser)).searchParams.get('code') ?? '';
    for (const other of ['', 'x', `${code}x`, code.slice(1), browser.cookie('minos_oidc')])
      expect((await exchange(browser, other)).status).toBe(401);
    for (const other of [undefined, 5, [code], 'a'.repeat(5_000)]) expect((await exchange(browser, other)).status).toBe(400);
    const { items } = await scene.auth.get<AuthServer>(AuthServer).administration.accounts(50);
    const changes = scene.auth.get<AuthStorage>(AUTH_STORAGE).changes;
    for (const { id } of items) await changes.setDisabled(id, true, { subject: 't' });
    expect((await exchange(browser, code)).status).toBe(401);
    for (const { id } of items) await changes.setDisabled(id, false, { subject: 't' });
  });

  it('is told why there is no code', async () => {
    const browser = new SmallBrowser();
    const back = new URL(await scene.signIn(browser, 'ann'));
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const page = await browser.open(back.href);
    expect([page.status, page.location]).toEqual([303, `${PAGE}&error=OIDC_REFUSED`]);
    // Nobody began here, so nobody knows a page.
    expect(await new SmallBrowser().open(back.href)).toMatchObject({ status: 401, location: null });
  });
});
