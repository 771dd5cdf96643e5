import { until } from '@minos/common/testing';
import { TestIssuer } from '../testing/test-issuer.js';
import { AuthClient } from './auth-client.js';

const secret = 'the secret of the gateway, which is long';

describe('the client of the auth service', () => {
  it('verifies the tokens of clients and calls services on their behalf', async () => {
    // #region issuer
    const issuer = await TestIssuer.start();
    const token = issuer.accessToken({ subject: 'ann', roles: ['customer'], session: 's-1' });
    // #endregion
    // #region client
    const client = new AuthClient({ url: issuer.url, service: 'gateway', secret, accessTokens: { audience: 'shop' } });
    await client.open();
    const minter = await client.openMinter();

    const principal = await client.verifier.verifyToken(token);
    const authorization = `Bearer ${minter.mint(principal, 'order')}`;
    // #endregion
    const order = new AuthClient({ url: issuer.url, service: 'order' });
    expect(await order.verifier.verifyToken(authorization.slice(7))).toMatchObject({ subject: 'ann', session: 's-1', audience: ['order'] });

    issuer.revoke({ subject: 'ann', session: 's-1', notBefore: Math.floor(Date.now() / 1000) });
    const refused = (): boolean => {
      try {
        void client.verifier.verifyToken(token);
        return false;
      } catch {
        return true;
      }
    };
    await until(refused, 'the token to be refused', 5_000);
    await Promise.all([client.close(), order.close(), client.close()]);
    await issuer.stop();
  });

  it('opens and closes while the auth service is away', async () => {
    const issuer = await TestIssuer.start();
    await issuer.stop();
    const client = new AuthClient({ url: 'http://127.0.0.1:1', service: 'order', secret });
    await client.open(50);
    await expect(Promise.resolve().then(() => client.verifier.verifyToken(new Array(3).fill('eyJ').join('.')))).rejects.toMatchObject({
      code: 'PRINCIPAL_REFUSED',
    });
    await client.close();
  });

  it('asks below the path of its address, and keeps the secret out of errors', async () => {
    const issuer = await TestIssuer.start();
    const client = new AuthClient({ url: `${issuer.url}/below`, service: 'order' });
    await client.open();
    expect([...issuer.requests.keys()]).toEqual(['/below/.well-known/jwks.json']);
    await client.close();
    await issuer.stop();
    expect(() => new AuthClient({ url: 'ftp://x', service: 'order', secret: 'short' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('"short"') as string }),
    );
  });
});
