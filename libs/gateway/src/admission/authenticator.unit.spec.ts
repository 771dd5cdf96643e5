import { TokenAuthenticator } from './authenticator.js';

describe('TokenAuthenticator', () => {
  const asked: string[] = [];
  const principal = { subject: 'ann', roles: [], tenant: '', actedAt: '', correlationId: '', issuer: 'auth', audience: [] };
  const authenticator = new TokenAuthenticator({ verifyToken: (token) => (asked.push(token), principal) });

  afterEach(() => asked.splice(0));

  it.each(['Bearer a.b.c', 'bearer a.b.c'])('asks who has the token of %j', (authorization) => {
    expect(authenticator.authenticate(authorization)).toEqual({ principal });
    expect(asked).toEqual(['a.b.c']);
  });

  it.each(['Bearer  a.b.c', 'Bearer a.b.c ', 'Bearer', 'Basic a', '', `Bearer ${'a'.repeat(8_192)}`])(
    'refuses %.20j unasked',
    (authorization) => {
      expect(authenticator.authenticate(authorization)).toMatchObject({ refusal: { status: 401 } });
      expect(asked).toEqual([]);
    },
  );

  it('knows nobody where nothing is said', () => {
    expect(authenticator.authenticate(undefined)).toEqual({ principal: undefined });
  });
});
