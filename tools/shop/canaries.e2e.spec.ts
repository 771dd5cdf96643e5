import { randomBytes, randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { Client } from 'pg';
import { openAccount } from './open-account.js';
import { type Customer, WholeShop } from './whole-shop.js';

jest.setTimeout(600_000);

const DATABASES = ['auth', 'discovery', 'product', 'payment', 'order', 'minos_broker'];
const TABLES = `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`;

describe('what nobody may read later', () => {
  let shop: WholeShop;
  beforeAll(async () => {
    shop = await WholeShop.start({ environment: { LOG_LEVEL: 'verbose' } });
  });
  afterAll(() => shop?.close());

  it('is in no log, no row, no message and no answer that says no', async () => {
    const canaries = new Map<string, string>();
    const canary = (what: string, text = `canary-${randomBytes(12).toString('base64url')}`): string => {
      canaries.set(what, text);
      return text;
    };
    const refusals: string[] = [];
    const refused = async (answer: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> => {
      const { status, body } = await answer;
      if (status < 400) throw new Error(`Answered ${status}`);
      refusals.push(JSON.stringify(body));
    };

    for (const [service, secret] of Object.entries(shop.secrets)) canary(`secret of ${service}`, secret);
    canary('key encryption', shop.keyEncryption);
    canary('password of the admin', shop.adminLogin.password);
    const remember = (who: string, { login, tokens }: Customer): void => {
      canary(`password of ${who}`, login.password);
      canary(`access token of ${who}`, tokens.accessToken);
      canary(`refresh token of ${who}`, tokens.refreshToken);
    };
    const [admin, ada, bob] = [await shop.admin(), await shop.register(), await shop.register()];
    for (const [who, one] of Object.entries({ admin, ada, bob })) remember(who, one);

    // What is to be found, so that the search is known to find.
    const title = canary('control', `Mug ${randomUUID()}`);
    expect(await admin.post('/products', { sku: 'mug', title, price: 100, onHand: 10 })).toMatchObject({ status: 201 });
    await openAccount(ada, 1_000);
    const order = { lines: [{ sku: 'mug', quantity: 1 }] };
    expect(await ada.order(order)).toMatchObject({ status: 201 });

    const { nobody } = shop;
    const { email } = ada.login;
    await refused(nobody.post('/auth/login', { email, password: canary('wrong password') }));
    await refused(nobody.post('/auth/login', { email, password: canary('password beside what is unknown'), extra: 1 }));
    await refused(nobody.post('/auth/login', { email: 'x', password: canary('password beside no address') }));
    await refused(nobody.post('/auth/register', { email: 'x', password: canary('password of no account') }));
    await refused(nobody.post('/auth/refresh', { refreshToken: canary('refresh token of nobody') }));
    await refused(ada.post('/auth/password', { oldPassword: canary('wrong old password'), newPassword: canary('new password') }));
    for (const scheme of ['Bearer', 'Basic', 'Digest'])
      await refused(nobody.get('/orders', { authorization: `${scheme} ${canary(`credential of the scheme ${scheme}`)}` }));
    await refused(nobody.get(`/orders?access_token=${canary('token in a query')}`));
    await refused(nobody.get('/orders', { cookie: `session=${canary('cookie')}`, 'x-api-key': canary('key in a header') }));
    await refused(nobody.get(`/auth/oidc/none/callback?code=${canary('code of a provider')}&state=${canary('state of a provider')}`));
    const renewed = await nobody.post<{ refreshToken: string; accessToken: string }>('/auth/refresh', {
      refreshToken: bob.tokens.refreshToken,
    });
    canary('second refresh token', renewed.body.refreshToken);
    canary('second access token', renewed.body.accessToken);
    await refused(nobody.post('/auth/refresh', { refreshToken: bob.tokens.refreshToken }));
    expect((await ada.post('/auth/logout')).status).toBe(204);
    expect(canaries.size).toBeGreaterThanOrEqual(30);

    await until(async () => (await everyRow(shop.server.url)).includes(title), 'the control to be stored', 120_000);
    const [rows, logs, answers] = [await everyRow(shop.server.url), shop.output, refusals.join('\n')];
    const found = [...canaries].flatMap(([what, text]) =>
      Object.entries({ rows, logs, answers }).flatMap(([where, all]) => (all.includes(text) ? [`${what} is in the ${where}`] : [])),
    );
    expect(found).toEqual(['control is in the rows']);
  });
});

/** Everything that any table of any service holds, as text. */
async function everyRow(serverUrl: string): Promise<string> {
  const texts: string[] = [];
  for (const database of DATABASES) {
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
        const { rows } = await client.query<{ text: string }>(`select t::text as text, row_to_json(t)::text as json from ${name} as t`);
        texts.push(JSON.stringify(rows), ...bytesIn(rows));
      }
    } finally {
      await client.end();
    }
  }
  return texts.join('\n');
}

/** Columns of bytes are shown in hexadecimal. */
function bytesIn(rows: readonly object[]): string[] {
  return [...JSON.stringify(rows).matchAll(/\\\\x([0-9a-f]{8,})/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'));
}
