import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, SignJWT } from 'jose';
import { type AuthServerUnderTest, startedServer } from '../auth-server-kit.js';

describe('tokens that come back', () => {
  let given: AuthServerUnderTest;
  const gateway = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = gateway.publicKey.export({ format: 'jwk' });
  beforeAll(async () => {
    given = await startedServer();
    await given.server.serviceKeys.register('gateway', { jwk, ttl: 600 });
  });

  const now = (): number => Math.floor(given.clock.now() / 1000);
  const serviceToken = async (
    change: { typ?: string; aud?: string; iss?: string; exp?: number; claims?: Record<string, unknown> } = {},
  ): Promise<string> =>
    new SignJWT({ roles: ['admin'], sid: 's-1', tenant: '', sub: 'ann', auth_time: now() - 30, ...change.claims })
      .setProtectedHeader({ alg: 'ES256', typ: change.typ ?? 'st+jwt', kid: await calculateJwkThumbprint(jwk as never) })
      .setIssuer(change.iss ?? 'gateway')
      .setAudience(change.aud ?? 'auth')
      .setIssuedAt(now())
      .setExpirationTime(change.exp ?? now() + 60)
      .sign(gateway.privateKey);

  it('are taken from the gateway where they were made for this service', async () => {
    expect(await given.server.tokens.verify(await serviceToken())).toEqual({
      subject: 'ann',
      session: 's-1',
      tenant: '',
      roles: ['admin'],
      issuedAt: now() - 30,
    });
  });

  it('are as old as the access tokens that they stand for, and end with them', async () => {
    const { server, clock } = given;
    const [kept, gone] = [await serviceToken({ claims: { sub: 'bob' } }), await serviceToken({ claims: { sid: undefined } })];
    jest.spyOn(given.storage.revocations, 'since').mockResolvedValueOnce([{ id: 1n, subject: 'ann', notBefore: now() - 10 }]);
    await server.revocations.start();
    await expect(server.tokens.verify(gone)).rejects.toMatchObject({ code: 'CALLER_UNKNOWN' });
    expect(await server.tokens.verify(kept)).toMatchObject({ subject: 'bob' });
    expect(await server.tokens.verify(await serviceToken({ claims: { auth_time: now() - 9 } }))).toMatchObject({ subject: 'ann' });
    // The gateway made it, whatever became of its caller.
    expect(await server.tokens.isMinted(gone)).toBe(true);
    await Promise.all([server.revocations.stop(), clock.advance(0)]);
  });

  it('say whether they came through the gateway: no token that a client can have does', async () => {
    const { server } = given;
    const anonymous = { sub: undefined, roles: undefined, sid: undefined, auth_time: undefined, anonymous: true };
    expect(await server.tokens.isMinted(await serviceToken())).toBe(true);
    expect(await server.tokens.isMinted(await serviceToken({ claims: anonymous }))).toBe(true);
    expect(await server.tokens.verify(await serviceToken({ claims: anonymous }))).toBeUndefined();
    const { access_token: own } = await server.serviceTokens.issue('order');
    expect(await server.tokens.verify(own)).toMatchObject({ subject: 'service:order' });
    for (const token of [
      own,
      'x',
      await serviceToken({ aud: 'order' }),
      await serviceToken({ exp: 1 }),
      await serviceToken({ typ: 'at+jwt' }),
    ])
      expect(await server.tokens.isMinted(token)).toBe(false);
  });

  it.each([{ typ: 'at+jwt' }, { aud: 'order' }, { aud: 'shop' }, { iss: 'auth' }, { exp: 1 }])('are refused with %j', async (change) => {
    await expect(given.server.tokens.verify(await serviceToken(change))).rejects.toMatchObject({ code: 'CALLER_UNKNOWN' });
  });

  it.each(['', 'x', 'a.b.c', `${'x'.repeat(20_000)}.b.c`, 'eyJhbGciOiJub25lIn0.e30.'])(
    'are refused where they are none: %.20s',
    async (token) => {
      await expect(given.server.tokens.verify(token)).rejects.toMatchObject({ code: 'CALLER_UNKNOWN' });
    },
  );

  it('are refused with a key that nobody registered', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', typ: 'st+jwt', kid: randomUUID() })
      .setIssuer('gateway')
      .setAudience('auth')
      .setSubject('ann')
      .setIssuedAt(now())
      .setExpirationTime(now() + 60)
      .sign(other.privateKey);
    const outcome = given.server.tokens.verify(token).catch((error: unknown) => error);
    await given.clock.advance(1_000);
    expect(await outcome).toMatchObject({ code: 'CALLER_UNKNOWN' });
  });

  it('of services name the service and its roles', async () => {
    const { server } = await startedServer({ services: { roles: { order: ['reader'] } } });
    const { access_token: token } = await server.serviceTokens.issue('order');
    const payload = decodeJwt(token);
    expect(payload).toMatchObject({ sub: 'service:order', roles: ['reader', 'service'] });
    expect(payload['sid']).toBeUndefined();
  });
});

describe('keys of services', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });

  it('are taken from minters alone, as public keys for ES256', async () => {
    const { server } = await startedServer();
    const registered = await server.serviceKeys.register('gateway', { jwk: { ...jwk, alg: 'none', x5u: 'http://evil' }, ttl: 600 });
    expect(registered).toEqual({ kid: await calculateJwkThumbprint(jwk as never), expiresAt: '2026-05-01T00:10:00.000Z' });
    await expect(server.serviceKeys.register('order', { jwk, ttl: 600 })).rejects.toMatchObject({ code: 'SERVICE_NOT_MINTER' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const off = { ...jwk, x: Buffer.alloc(32, 1).toString('base64url') };
    for (const wrong of [undefined, 'x', {}, privateKey.export({ format: 'jwk' }), rsa, off, { ...jwk, crv: 'P-384' }])
      await expect(server.serviceKeys.register('gateway', { jwk: wrong, ttl: 600 })).rejects.toMatchObject({ code: 'SERVICE_KEY_REFUSED' });
    for (const ttl of [undefined, '600', 0, 59, 86_401, 1.5])
      await expect(server.serviceKeys.register('gateway', { jwk, ttl })).rejects.toMatchObject({ details: { path: 'ttl' } });
    const { services } = await server.keys.published();
    expect(services.map(({ publicJwk }) => Object.keys(publicJwk).sort())).toEqual([['crv', 'kty', 'x', 'y']]);
  });
});
