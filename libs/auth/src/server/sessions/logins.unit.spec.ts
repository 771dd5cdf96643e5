import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type AuthServerUnderTest, serverOn, startedServer } from '../auth-server-kit.js';

const ADDRESS = '192.0.2.1';
const ANN = { email: 'ann@example.org', password: 'a quiet forest', address: ADDRESS };

describe('signing in', () => {
  let given: AuthServerUnderTest;
  let userId: string;
  beforeEach(async () => {
    given = await startedServer({ roles: ['customer'] });
    ({ userId } = await given.server.registration.register(ANN));
    given.argon2.calls.length = 0;
  });

  it('gives a token with all claims that services look at', async () => {
    const { server, storage } = given;
    await storage.roles.setPermissions('', 'customer', ['orders.place'], { subject: 't' });
    const { accessToken, refreshToken, expiresIn } = await server.logins.login({ ...ANN, email: ' ANN@example.org' });
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: (await server.keys.current()).kid });
    const claims = decodeJwt(accessToken);
    expect(claims).toEqual({
      iss: 'auth',
      aud: ['shop'],
      sub: userId,
      sid: expect.any(String) as string,
      jti: expect.any(String) as string,
      iat: 1_777_593_600,
      nbf: 1_777_593_600,
      exp: 1_777_593_900,
      roles: ['customer'],
      permissions: ['orders.place'],
      tenant: '',
    });
    expect(expiresIn).toBe(300);
    expect(refreshToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await server.tokens.verify(accessToken)).toEqual({
      subject: userId,
      session: claims['sid'],
      tenant: '',
      roles: ['customer'],
      issuedAt: claims.iat,
    });
  });

  it('costs the same and answers the same, whatever is wrong', async () => {
    const { server, storage, argon2 } = given;
    const disabled = await server.registration.register({ ...ANN, email: 'off@example.org' });
    await storage.changes.setDisabled(disabled.userId, true, { subject: 't' });
    const cases = {
      wrong: { ...ANN, password: 'another forest' },
      unknown: { ...ANN, email: 'nobody@example.org' },
      disabled: { ...ANN, email: 'off@example.org' },
      noAddress: { ...ANN, email: 'no address' },
      noText: { ...ANN, email: 'ann@example.org', password: 5 },
      long: { ...ANN, password: 'x'.repeat(5_000) },
    };
    const outcomes: unknown[] = [];
    for (const credentials of Object.values(cases)) {
      argon2.calls.length = 0;
      const before = (await storage.audit.list(1_000)).length;
      const error: unknown = await server.logins.login(credentials).catch((reason: unknown) => reason);
      const { code, message } = error as { code: string; message: string };
      outcomes.push({ code, message, calls: [...argon2.calls], audited: (await storage.audit.list(1_000)).length - before });
    }
    expect(outcomes[0]).toEqual({
      code: 'LOGIN_REFUSED',
      message: 'E-mail address and password do not fit together.',
      calls: ['verify m=19456,t=2,p=1'],
      audited: 1,
    });
    expect(outcomes.every((one) => JSON.stringify(one) === JSON.stringify(outcomes[0]))).toBe(true);
  });

  it('delays both who is known and who is not, and says how long', async () => {
    for (const email of ['ann@example.org', 'nobody@example.org']) {
      const guess = () => given.server.logins.login({ ...ANN, email, password: 'a wrong forest' }).catch((error: unknown) => error);
      const codes = [];
      for (let index = 0; index < 8; index++) codes.push(((await guess()) as { code: string }).code);
      expect(codes).toEqual([...Array<string>(6).fill('LOGIN_REFUSED'), 'LOGIN_DELAYED', 'LOGIN_DELAYED']);
      expect(await guess()).toMatchObject({ code: 'LOGIN_DELAYED', details: { retryAfterMs: 1_000 } });
    }
    await given.clock.advance(1_001);
    await expect(given.server.logins.login(ANN)).resolves.toBeDefined();
  });

  it('keeps nobody out who signs in from another address', async () => {
    for (let index = 0; index < 20; index++) await given.server.logins.login({ ...ANN, password: 'a wrong forest' }).catch(() => undefined);
    await expect(given.server.logins.login({ ...ANN, address: '198.51.100.9' })).resolves.toBeDefined();
  });

  it('limits what one address may ask for in a minute', async () => {
    const { server, clock } = await startedServer({ throttle: { logins: 3, registrations: 2 } });
    const register = (index: number) => server.registration.register({ ...ANN, email: `u${index}@example.org` });
    await register(1);
    await register(2);
    await expect(register(3)).rejects.toMatchObject({ code: 'RATE_EXCEEDED', details: { retryAfterMs: 60_000 } });
    const login = (index: number) => server.logins.login({ ...ANN, email: `u${index}@example.org` });
    for (const index of [1, 2, 1]) await login(index);
    await expect(login(2)).rejects.toMatchObject({ code: 'RATE_EXCEEDED' });
    await clock.advance(60_001);
    await expect(login(2)).resolves.toBeDefined();
  });

  it('hashes the password anew when the parameters have changed', async () => {
    const { server, storage, argon2, clock } = given;
    const before = (await storage.accounts.find(userId))?.passwordHash ?? '';
    const changed = serverOn(storage, clock, { options: { passwords: { passes: 3 } }, argon2 });
    await changed.logins.login(ANN);
    const after = (await storage.accounts.find(userId))?.passwordHash ?? '';
    expect([before.includes('t=2'), after.includes('t=3')]).toEqual([true, true]);
    await expect(server.logins.login(ANN)).resolves.toBeDefined();
  });

  it('changes the password, ends every session and opens a new one whose token is good', async () => {
    const { server, storage } = given;
    const old = await server.logins.login(ANN);
    const change = { accountId: userId, oldPassword: ANN.password, newPassword: 'a louder forest', address: ADDRESS };
    await expect(server.logins.changePassword({ ...change, oldPassword: 'a wrong forest' })).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
    });
    await expect(server.logins.changePassword({ ...change, newPassword: 'short' })).rejects.toMatchObject({
      code: 'PASSWORD_REFUSED',
      details: { path: 'newPassword' },
    });
    const pair = await server.logins.changePassword(change);
    await expect(server.sessions.refresh(old.refreshToken, ADDRESS)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    await expect(server.logins.login(ANN)).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
    const [revocation] = await storage.revocations.since(0n, 10);
    expect(decodeJwt(pair.accessToken).iat).toBeGreaterThan(revocation?.notBefore ?? Infinity);
    await expect(server.sessions.refresh(pair.refreshToken, ADDRESS)).resolves.toBeDefined();
  });

  it('signs out by the token of the session, or by a refresh token, also a used one', async () => {
    const { server, storage } = given;
    const [one, two] = [await server.logins.login(ANN), await server.logins.login(ANN)];
    await server.sessions.logout(undefined, await server.tokens.verify(one.accessToken), ADDRESS);
    const next = await server.sessions.refresh(two.refreshToken, ADDRESS);
    await server.sessions.logout(two.refreshToken, undefined, ADDRESS);
    for (const token of [one.refreshToken, next.refreshToken])
      await expect(server.sessions.refresh(token, ADDRESS)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    const sessions = [one, two].map(({ accessToken }) => decodeJwt(accessToken)['sid']);
    expect((await storage.revocations.since(0n, 10)).map(({ subject, session }) => [subject, session])).toEqual(
      sessions.map((sid) => [userId, sid]),
    );
    await expect(server.sessions.logout(undefined, undefined, ADDRESS)).rejects.toMatchObject({ code: 'CALLER_UNKNOWN' });
    await expect(server.sessions.logout(undefined, {}, ADDRESS)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });

  it('lets an address sign out, or try tokens that way, no more often than refresh', async () => {
    const { server } = await startedServer({ throttle: { refreshes: 2 } });
    const guess = (at: number): string => String(at).repeat(43);
    await server.sessions.logout(guess(1), undefined, ADDRESS);
    await expect(server.sessions.refresh(guess(2), ADDRESS)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    await expect(server.sessions.logout(guess(3), undefined, ADDRESS)).rejects.toMatchObject({ code: 'RATE_EXCEEDED' });
    await server.sessions.logout(guess(4), undefined, '192.0.2.2');
  });

  it('registers an address again with the same answer and no change', async () => {
    const { server, argon2, storage } = given;
    const again = await server.registration.register({ ...ANN, password: 'the forest of another' });
    expect([again, argon2.calls]).toEqual([{ userId }, ['hash']]);
    await expect(server.logins.login(ANN)).resolves.toBeDefined();
    argon2.calls.length = 0;
    const fresh = await server.registration.register({ ...ANN, email: 'new@example.org' });
    expect(argon2.calls).toEqual(['hash']);
    expect([userId, fresh.userId].map((id) => id.charAt(14))).toEqual(['4', '4']);
    expect((await storage.audit.list(100)).map(({ event }) => event)).toContain('account.registered-again');
  });
});
