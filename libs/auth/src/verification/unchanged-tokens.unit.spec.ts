import { asked, claims, CLOCK, ed, es, gateway, GOOD, jwt, keys, rs, toService } from './attack-kit.js';
import { JwtVerifier } from './jwt-verifier.js';

describe('the tokens that attackers changed', () => {
  it.each([
    ['RS256', GOOD],
    ['ES256', es.token(claims())],
    ['EdDSA', ed.token(claims())],
    ['of the gateway', gateway.token(toService())],
    ['with an audience in a list', gateway.token(toService({ aud: ['order'] }))],
    ['with escapes and colons in texts', rs.token(claims({ tenant: 'a:"{[\\":\\' }))],
    ['of many who are meant', rs.token(claims({ aud: ['shop', 'console'] }))],
    ['with claims that nobody knows', rs.token(claims({ more: { a: [{ b: 1 }] } }))],
  ])('are taken as they were: %s', (_what, token) => {
    expect(jwt.verifyCaller(token)).toMatchObject({ subject: 'ann' });
  });
});

describe('a service that takes no access tokens', () => {
  const strict = new JwtVerifier({ keys, service: 'order', clock: CLOCK });

  it('refuses those of clients, and asks for no key', () => {
    asked.length = 0;
    expect(() => strict.verifyCaller(GOOD)).toThrow('(type)');
    expect(asked).toEqual([]);
    expect(strict.verifyCaller(gateway.token(toService()))).toMatchObject({ subject: 'ann' });
  });
});
