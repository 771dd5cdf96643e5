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
    expect(browser.kept('minos_oidc')).toEqual([]);
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
    const { name, value } = browser.cookie('minos_oidc_code');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scene.auth.http.post('/auth/oidc/exchange', { code }, { cookie: `${name}=${value}` })),
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

  it('gets it in two tabs, of which none is in the way of the other', async () => {
    const browser = new SmallBrowser();
    const first = (await arrive(browser)).searchParams.get('code');
    // The second begins between the code of the first and its exchange, and comes back after that.
    const back = await scene.signIn(browser, 'ann');
    expect((await exchange(browser, first)).status).toBe(200);
    const { status, location } = await browser.open(back);
    expect(status).toBe(303);
    expect((await exchange(browser, new URL(location ?? '').searchParams.get('code'))).status).toBe(200);
  });

  it('gets it in two tabs that are at the provider at once, whichever comes back first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const browser = new SmallBrowser();
      const backs = [await scene.signIn(browser, 'ann'), await scene.signIn(browser, 'ann')];
      const codes = [];
      for (const tab of order) codes.push(new URL((await browser.open(backs[tab] ?? '')).location ?? '').searchParams.get('code'));
      // Both pages are there before one of them has exchanged its code.
      for (const code of codes) expect([order, (await exchange(browser, code)).status]).toEqual([order, 200]);
      expect(browser.kept('minos_oidc')).toEqual([]);
    }
  });

  it('lets no browser keep more than five sign-ins: the oldest makes room', async () => {
    const browser = new SmallBrowser();
    const backs = [];
    for (let tab = 0; tab < 6; tab++) backs.push(await scene.signIn(browser, 'ann'));
    expect(browser.kept('minos_oidc')).toHaveLength(5);
    expect((await browser.open(backs[0] ?? '')).status).toBe(401);
    const codes = [];
    for (const back of backs.slice(1)) codes.push(new URL((await browser.open(back)).location ?? '').searchParams.get('code'));
    expect(browser.kept('minos_oidc')).toHaveLength(5);
    codes.push((await arrive(browser)).searchParams.get('code'));
    expect(browser.kept('minos_oidc')).toHaveLength(5);
    for (const [at, code] of codes.entries()) expect([at, (await exchange(browser, code)).status]).toEqual([at, at === 0 ? 401 : 200]);
  });

  it('gets nothing for what is no code, or of an account that was disabled', async () => {
    const browser = new SmallBrowser();
    const code = (await arrive(browser)).searchParams.get('code') ?? '';
    for (const other of ['', 'x', `${code}x`, code.slice(1), browser.cookie('minos_oidc_code').value])
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

describe.each(['express', 'fastify'])('the cookies of a sign-in by https, of a service on %s', (kind) => {
  let scene: OidcScene;
  beforeAll(async () => {
    scene = await startOidc({ returnTo: [PAGE], scheme: 'https', ...(kind === 'fastify' ? { adapter: new FastifyAdapter() } : {}) });
  });
  afterAll(() => scene?.close());

  const FLOW = '__Host-minos_oidc_flow_';
  const KEY = '__Host-minos_oidc_code_';

  /** Signs in and follows to the page: its code, and the cookie with the key to it. */
  async function arrive(browser: SmallBrowser, login: string) {
    const { location } = await browser.open(await scene.signIn(browser, login));
    return { code: new URL(location ?? '').searchParams.get('code'), ...browser.cookie(KEY) };
  }
  const exchange = (code: string | null, cookie: string) => scene.auth.http.post('/auth/oidc/exchange', { code }, { cookie });

  it('are for this host alone, and forgotten as they are kept', async () => {
    const begun = await fetch(`${scene.auth.http.url}/auth/oidc/acme/login`, { redirect: 'manual' });
    const attributes = 'HttpOnly; SameSite=Lax; Path=/; Secure';
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(new RegExp(`^${FLOW}[\\w-]{16}=[^;]+; Max-Age=600; ${attributes}$`)),
    ]);
    const browser = new SmallBrowser();
    const address = await scene.signIn(browser, 'ann');
    const flow = browser.cookie(FLOW);
    const back = await fetch(address, { redirect: 'manual', headers: { cookie: `${flow.name}=${flow.value}` } });
    expect(back.headers.getSetCookie()).toEqual([
      `${flow.name}=; Max-Age=0; ${attributes}`,
      expect.stringMatching(new RegExp(`^${KEY}[\\w-]{16}=[^;]+; Max-Age=60; ${attributes}$`)),
    ]);
    const [, key, value] = /^([^=]+)=([^;]+)/.exec(back.headers.getSetCookie()[1] ?? '') ?? [];
    const answer = await exchange(new URL(back.headers.get('location') ?? '').searchParams.get('code'), `${key}=${value}`);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, [`${key}=; Max-Age=0; ${attributes}`]]);
  });

  it('are none of those that another host of the domain can set: nobody is signed in as somebody else', async () => {
    const mallory = await arrive(new SmallBrowser(), 'mallory');
    const own = await arrive(new SmallBrowser(), 'ann');
    const { name, value } = mallory;
    for (const cookie of [
      `${name.replace('__Host-', '')}=${value}`,
      `${name.replace('__Host-', '')}=${value}; ${own.name}=${own.value}`,
      `${own.name}=${value}`,
      `${name}=${value}; ${name}=${own.value}`,
      `${name}=${own.value}; ${name} =${value}`,
    ])
      expect([cookie, await exchange(mallory.code, cookie)]).toMatchObject([cookie, { status: 401, body: { code: 'OIDC_REFUSED' } }]);
    expect((await exchange(mallory.code, `${name}=${value}`)).status).toBe(200);
  });

  it('begin no sign-in with two of one name', async () => {
    const browser = new SmallBrowser();
    const back = await scene.signIn(browser, 'mallory');
    const { name, value } = browser.cookie(FLOW);
    for (const cookie of [`${name.replace('__Host-', '')}=${value}`, `${name}=${value}; ${name}=x`, `${name}=x; ${name}=${value}`])
      expect((await fetch(back, { redirect: 'manual', headers: { cookie } })).status).toBe(401);
    expect((await fetch(back, { redirect: 'manual', headers: { cookie: `${name}=${value}` } })).status).toBe(303);
  });
});
