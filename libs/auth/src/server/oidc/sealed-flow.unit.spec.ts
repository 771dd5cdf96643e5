import { randomBytes } from 'node:crypto';
import { OIDC_FLOW_SECONDS, SealedFlow } from './sealed-flow.js';

const FLOW = { provider: 'acme', state: 's', nonce: 'n', verifier: 'v', returnTo: 'https://shop.example/' };

describe('a sign-in under way, in a cookie', () => {
  const [old, replaced] = [randomBytes(32), randomBytes(32)];
  afterEach(() => jest.useRealTimers());

  it('can be gone on with while the secret is replaced, and is sealed with the new one', async () => {
    const both = new SealedFlow([replaced, old]);
    expect(await both.open(await new SealedFlow([old]).seal(FLOW))).toEqual(FLOW);
    const sealed = await both.seal(FLOW);
    expect(await new SealedFlow([replaced]).open(sealed)).toEqual(FLOW);
    await expect(new SealedFlow([old]).open(sealed)).rejects.toMatchObject({ code: 'ERR_JWE_DECRYPTION_FAILED' });
  });

  it('is over in time, whichever secret it was sealed with', async () => {
    const sealed = await new SealedFlow([old]).seal(FLOW);
    const now = Date.now() + (OIDC_FLOW_SECONDS + 1) * 1_000;
    jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'] });
    await expect(new SealedFlow([replaced, old]).open(sealed)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });
});
