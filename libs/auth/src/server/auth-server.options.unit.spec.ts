import { resolveAuthServerOptions } from './auth-server.options.js';

const KEY = 'ab'.repeat(32);
const HASH = 'cd'.repeat(32);

describe('options of the auth server', () => {
  const invalid = expect.objectContaining({ code: 'OPTIONS_INVALID' });

  it('have defaults that the others rely on', () => {
    const options = resolveAuthServerOptions({}, {});
    expect(options).toMatchObject({
      issuer: 'auth',
      audience: ['shop'],
      tokenLife: 300_000,
      roles: [],
      services: { minters: ['gateway'] },
    });
  });

  it('come from the environment where nothing else is said', () => {
    const provider = { id: 'acme', issuer: 'https://id.example', clientId: 'shop', clientSecret: 's' };
    const env = {
      AUTH_KEY_ENCRYPTION_KEY: KEY,
      MINOS_SERVICES: `order:${HASH}`,
      AUTH_OIDC: JSON.stringify([provider]),
      AUTH_PUBLIC_URL: 'https://shop.example',
    };
    const options = resolveAuthServerOptions({}, env);
    expect([options.keyEncryptionKey, options.services.known.services]).toEqual([KEY, ['order']]);
    expect(options.oidc).toEqual({ providers: [provider], publicUrl: 'https://shop.example' });
    expect(resolveAuthServerOptions({ services: { known: `a:${HASH}` } }, env).services.known.services).toEqual(['a']);
    expect(resolveAuthServerOptions({}, { MINOS_SERVICES: '', AUTH_OIDC: '' }).services.known.services).toEqual([]);
  });

  it.each([
    [{ tokenLife: '6m' }],
    [{ keyEncryptionKey: 'short' }],
    [{ services: { known: 'order' } }],
    [{ services: { known: `Order:${HASH}` } }],
    [{ oidc: { providers: [{ id: 'a' }] } }],
    [{ oidc: { providers: [{ id: 'acme', issuer: 'https://id.example', clientId: 'c', clientSecret: 's' }] } }],
    [{ revocations: { every: '10s' } }],
    [{ unknown: 1 }],
  ])('refuse %j', (given) => expect(() => resolveAuthServerOptions(given as never, {})).toThrow(invalid));

  it.each(['', 'page', 'ftp://shop.example/', 'https://u:p@shop.example/', 'https://shop.example/#done', 5])(
    'refuse the page %j',
    (page) => {
      const acme = { id: 'acme', issuer: 'https://id.example', clientId: 'c', clientSecret: 's' };
      const given = (returnTo: unknown) => ({ oidc: { publicUrl: 'https://shop.example', providers: [{ ...acme, returnTo }] } }) as never;
      for (const returnTo of [[page], page, [`https://shop.example/`, page]])
        expect(() => resolveAuthServerOptions(given(returnTo), {})).toThrow(invalid);
      const pages = ['https://shop.example/signed-in?lang=en'];
      expect(resolveAuthServerOptions(given(pages), {}).oidc.providers).toEqual([{ ...acme, returnTo: pages }]);
      expect(() => resolveAuthServerOptions(given(['http://shop.example/']), { NODE_ENV: 'production' })).toThrow(invalid);
    },
  );

  it('want https of providers in production, and no text that is no JSON', () => {
    const providers = [{ id: 'acme', issuer: 'http://id.example', clientId: 'c', clientSecret: 's' }];
    const oidc = { providers, publicUrl: 'https://shop.example' };
    expect(resolveAuthServerOptions({ oidc }, {}).oidc.providers).toHaveLength(1);
    expect(() => resolveAuthServerOptions({ oidc }, { NODE_ENV: 'production' })).toThrow(invalid);
    expect(() => resolveAuthServerOptions({}, { AUTH_OIDC: '[{' })).toThrow(invalid);
  });

  it('show no secret when they are refused', () => {
    const secret = 'canary-0123456789';
    const given = { keyEncryptionKey: secret, oidc: { providers: [{ id: 'A', issuer: 'x', clientId: 'c', clientSecret: secret }] } };
    const message = (() => {
      try {
        resolveAuthServerOptions(given, {});
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect([message.includes('keyEncryptionKey'), message.includes('oidc.providers'), message.includes(secret)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
