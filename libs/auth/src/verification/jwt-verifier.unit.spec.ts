import type { Principal } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { KeySource, PublishedKey } from '../contracts/keys.js';
import { StaticKeys } from '../keys/static-keys.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { accessClaims, serviceClaims } from '../testing/test-claims.js';
import { TestKey } from '../testing/test-key.js';
import { JwtVerifier } from './jwt-verifier.js';
import type { JwtVerifierOptions } from './verifier.options.js';

const START = Date.UTC(2026, 0, 1);
const NOW = START / 1000;
const access = new TestKey({ alg: 'RS256' });
const service = new TestKey({ kind: 'service' });
const keys = new StaticKeys({ keys: [access.published, service.published] });

const claims = (more: Record<string, unknown> = {}) => ({
  iss: 'auth',
  ...accessClaims('shop', { issuedAt: NOW, roles: ['customer'] }),
  ...more,
});
const toService = (more: Record<string, unknown> = {}) => ({ iss: 'gateway', ...serviceClaims('order', { issuedAt: NOW }), ...more });

function verifier(more: Partial<JwtVerifierOptions> = {}) {
  const clock = new VirtualClock(START);
  return { clock, jwt: new JwtVerifier({ keys, service: 'order', accessTokens: { audience: 'shop' }, clock, ...more }) };
}

describe('a good token', () => {
  it('of a client names who acts', () => {
    const token = access.token(claims({ permissions: ['orders.refund'], sid: 's-1', tenant: 'north' }));
    const principal = verifier().jwt.verifyToken(token);
    expect(principal).toEqual({
      subject: 'ann',
      roles: ['customer'],
      permissions: ['orders.refund'],
      tenant: 'north',
      actedAt: '2026-01-01T00:00:00.000Z',
      correlationId: '',
      issuer: 'auth',
      audience: ['shop'],
      session: 's-1',
    });
  });

  it('of the gateway says when the act was authorised', () => {
    const principal = verifier().jwt.verifyToken(service.token(toService({ auth_time: NOW - 200 })));
    expect(principal).toMatchObject({ subject: 'ann', issuer: 'gateway', audience: ['order'], actedAt: '2025-12-31T23:56:40.000Z' });
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('may be signed by %s', (alg) => {
    const key = new TestKey({ alg });
    const { jwt } = verifier({ keys: new StaticKeys({ keys: [key.published] }) });
    expect(jwt.verifyToken(key.token(claims()))).toMatchObject({ subject: 'ann' });
  });

  it('gives what nobody can change, and the same for the same token', () => {
    const { jwt } = verifier();
    const token = access.token(claims({ permissions: ['a'] }));
    const principal = jwt.verifyCaller(token);
    expect(jwt.verifyCaller(token)).toBe(principal);
    const { roles, permissions, audience } = principal as unknown as Record<string, readonly string[]>;
    for (const one of [principal, roles, permissions, audience]) expect(Object.isFrozen(one)).toBe(true);
  });

  it('may be of nobody, where the gateway says so', () => {
    const { jwt } = verifier();
    const token = service.token({ iss: 'gateway', ...serviceClaims('order', 'anonymous'), iat: NOW, nbf: NOW, exp: NOW + 60 });
    expect(jwt.verifyCaller(token)).toBeUndefined();
    expect(() => jwt.verifyToken(token)).toThrow('(anonymous)');
  });
});

describe('time', () => {
  const ends = access.token(claims({ exp: NOW + 60 }));

  it.each(['new', 'known'])('ends a %s token to the second', async (which) => {
    const { jwt, clock } = verifier();
    if (which === 'known') void jwt.verifyCaller(ends);
    await clock.advance(59_999);
    expect(jwt.verifyCaller(ends)).toBeDefined();
    await clock.advance(1);
    expect(() => jwt.verifyCaller(ends)).toThrow('(expired)');
    expect(() => verifier({ clock }).jwt.verifyCaller(ends)).toThrow('(expired)');
  });

  it('may be a little later by choice', async () => {
    const { jwt, clock } = verifier({ expiryTolerance: '2s' });
    await clock.advance(61_999);
    expect(jwt.verifyCaller(ends)).toBeDefined();
    await clock.advance(1);
    expect(() => jwt.verifyCaller(ends)).toThrow('(expired)');
  });

  it('of issuer and service may differ by five seconds', () => {
    const { jwt } = verifier();
    expect(jwt.verifyCaller(access.token(claims({ iat: NOW + 5, nbf: NOW + 5, exp: NOW + 60 })))).toBeDefined();
    for (const early of [{ iat: NOW + 6 }, { nbf: NOW + 6 }])
      expect(() => jwt.verifyCaller(access.token(claims(early)))).toThrow('(early)');
  });

  it('bounds a life, whatever the token says', () => {
    const { jwt } = verifier();
    expect(jwt.verifyCaller(access.token(claims({ exp: NOW + 300 })))).toBeDefined();
    expect(() => jwt.verifyCaller(access.token(claims({ exp: NOW + 301 })))).toThrow('(life)');
    expect(() => jwt.verifyCaller(service.token(toService({ exp: NOW + 61 })))).toThrow('(life)');
  });
});

describe('a known token', () => {
  const token = access.token(claims({ sid: 's-1' }));

  it('is refused once its key is not published any more', async () => {
    let published = true;
    const changing: KeySource = { key: (kid) => (published ? keys.key(kid) : Promise.resolve(undefined)) };
    const { jwt } = verifier({ keys: changing });
    expect(jwt.verifyCaller(token)).toBeDefined();
    published = false;
    await expect(jwt.verifyCaller(token)).rejects.toMatchObject({ code: 'PRINCIPAL_REFUSED', fault: 'key' });
  });

  it('is verified anew where its key is published for something else', () => {
    let found: PublishedKey | undefined = keys.key(access.kid);
    const { jwt } = verifier({ keys: { key: () => found } });
    expect(jwt.verifyCaller(token)).toBeDefined();
    found = found && { ...found, issuer: 'somebody' };
    expect(() => jwt.verifyCaller(token)).toThrow('(issuer)');
  });

  it.each([
    ['its subject', { subject: 'ann', notBefore: NOW }, true],
    ['its login', { subject: 'ann', session: 's-1', notBefore: NOW }, true],
    ['another login', { subject: 'ann', session: 's-2', notBefore: NOW }, false],
    ['an earlier moment', { subject: 'ann', notBefore: NOW - 1 }, false],
    ['another subject', { subject: 'bob', notBefore: NOW }, false],
  ])('meets what is taken back of %s', (_what, revocation, refused) => {
    const revocations = new RevocationList({ longestLife: 300, size: 10, now: () => NOW });
    const { jwt } = verifier({ revocations });
    const principal = jwt.verifyToken(token) as Principal;
    expect(jwt.isTakenBack(principal)).toBe(false);
    revocations.add(revocation);
    expect(jwt.isTakenBack(principal)).toBe(refused);
    for (const one of [jwt, verifier({ revocations }).jwt]) {
      if (refused) expect(() => one.verifyCaller(token)).toThrow('(revoked)');
      else expect(one.verifyCaller(token)).toBeDefined();
    }
  });

  it.each([
    ['the gateway made it later for one that was taken back', { iat: NOW, auth_time: NOW - 10 }, true],
    ['the gateway made it in that second for a login behind it', { iat: NOW - 5, auth_time: NOW - 4 }, false],
  ])('of the gateway counts by the token that it stands for: %s', (_what, times, refused) => {
    const revocations = new RevocationList({ longestLife: 360, size: 10, now: () => NOW });
    revocations.add({ subject: 'ann', notBefore: NOW - 5 });
    const { jwt } = verifier({ revocations });
    const token = service.token(toService({ ...times, nbf: times.iat, exp: times.iat + 60 }));
    if (refused) expect(() => jwt.verifyCaller(token)).toThrow('(revoked)');
    else expect(jwt.verifyCaller(token)).toMatchObject({ subject: 'ann' });
  });

  it('is not taken for another one that ends alike', () => {
    const { jwt } = verifier();
    void jwt.verifyCaller(token);
    const other = access.token(claims({ sub: 'eve' })).replace(/[^.]+$/, token.split('.')[2] ?? '');
    expect(() => jwt.verifyCaller(other)).toThrow('(signature)');
    expect(() => jwt.verifyCaller(token.slice(-43))).toThrow('(form)');
    expect(jwt.verifyCaller(token)).toMatchObject({ subject: 'ann' });
  });

  it('is one of so many', () => {
    const { jwt } = verifier({ cacheSize: 1 });
    const tokens = ['ann', 'bob', 'cid', 'dan'].map((sub) => access.token(claims({ sub })));
    const first = tokens.map((one) => jwt.verifyCaller(one));
    expect(jwt.verifyCaller(tokens[3] ?? '')).toBe(first[3]);
    expect(jwt.verifyCaller(tokens[0] ?? '')).not.toBe(first[0]);
    expect(jwt.verifyCaller(tokens[0] ?? '')).toEqual(first[0]);
  });
});

it('refuses options that do not fit', () => {
  expect(() => new JwtVerifier({ keys, tolerance: '2h' })).toThrow('tolerance');
  expect(() => new JwtVerifier({ keys, audience: 'x' } as never)).toThrow('audience');
});
