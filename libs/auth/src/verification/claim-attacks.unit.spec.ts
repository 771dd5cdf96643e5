import { type Attack, claims, faultsOf, gateway, NOW, rs, toService } from './attack-kit.js';

const NOT_TIMES: readonly unknown[] = [undefined, null, '1767225660', NOW + 0.5, -1, NaN, 1e300, true, [], {}, [NOW + 60]];

const attacks: readonly Attack[] = [
  ...[undefined, null, '', 'gateway', 'AUTH', 'auth ', 'https://auth', 1, ['auth']].map((iss): [string, string] => [
    `iss ${JSON.stringify(iss)}`,
    rs.token(claims({ iss })),
  ]),
  ...[undefined, null, '', 'order', ['order'], [], [1], 'SHOP', 'shop ', ['shop', 1], { shop: true }, 1].map((aud): [string, string] => [
    `aud ${JSON.stringify(aud)} of an access token`,
    rs.token(claims({ aud })),
  ]),
  ...['product', ['order', 'product'], ['product'], 'shop', '*', ['*'], 'order ', [], undefined].map((aud): [string, string] => [
    `aud ${JSON.stringify(aud)} of a service token`,
    gateway.token(toService({ aud })),
  ]),
  ...NOT_TIMES.flatMap((time): [string, string][] =>
    ['exp', 'iat', 'nbf'].map((name) => [`${name} ${JSON.stringify(time)}`, rs.token(claims({ [name]: time }))]),
  ),
  ['exp now', rs.token(claims({ exp: NOW, iat: NOW - 60, nbf: NOW - 60 }))],
  ['exp before iat', rs.token(claims({ exp: NOW + 3, iat: NOW + 4 }))],
  ['exp in a thousand years', rs.token(claims({ exp: NOW + 31_536_000_000 }))],
  ...[undefined, null, '', 1, [], ['ann'], {}, 'a'.repeat(256)].map((sub): [string, string] => [
    `sub ${JSON.stringify(sub)?.slice(0, 20)}`,
    rs.token(claims({ sub })),
  ]),
  ...['admin', null, 1, {}, [1], [null], [['admin']], [''], { 0: 'admin', length: 1 }].flatMap((list): [string, string][] =>
    ['roles', 'permissions'].map((name) => [`${name} ${JSON.stringify(list)}`, rs.token(claims({ [name]: list }))]),
  ),
  ...[null, 1, [], 'a'.repeat(256)].map((tenant): [string, string] => [
    `tenant ${JSON.stringify(tenant)?.slice(0, 20)}`,
    rs.token(claims({ tenant })),
  ]),
  ...[null, 1, '', []].map((sid): [string, string] => [`sid ${JSON.stringify(sid)}`, rs.token(claims({ sid }))]),
  ...[undefined, null, 'now', -1, 1e20].map((time): [string, string] => [
    `auth_time ${JSON.stringify(time)}`,
    gateway.token(toService({ auth_time: time })),
  ]),
  ['nobody with a subject', gateway.token(toService({ anonymous: true }))],
  ['nobody with roles', gateway.token(toService({ anonymous: true, sub: undefined, roles: ['admin'] }))],
  ['nobody, as a text', gateway.token(toService({ anonymous: 'true', sub: undefined }))],
  ['nobody, by a client', rs.token(claims({ anonymous: true, sub: undefined }))],
  ['too many roles', rs.token(claims({ roles: Array.from({ length: 501 }, (_, index) => `${index}`) }))],
];

describe('a token with claims that do not fit', () => {
  it.each(attacks)('is refused: %s', async (_what, token) => expect(await faultsOf(token)).toEqual([]));

  it('is tried in many ways, each a token of its own', () => {
    expect(new Set(attacks.map(([, token]) => token)).size).toBeGreaterThan(80);
  });
});
