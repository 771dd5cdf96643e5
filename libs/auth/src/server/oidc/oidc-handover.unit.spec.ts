import { randomBytes } from 'node:crypto';
import { SystemClock } from '@minos/common';
import { memoryAuthStorage } from '../memory/memory-auth-storage.js';
import type { SessionOpener, SignedIn } from '../sessions/session-opener.js';
import { OIDC_CODE_SECONDS, OidcHandover } from './oidc-handover.js';
import { SealedFlow } from './sealed-flow.js';

const SIGN_IN = { provider: 'acme', accountId: 'a-1' };
const address = '192.0.2.1';

describe('the code that a page exchanges', () => {
  const secret = randomBytes(32);
  const uses = memoryAuthStorage(new SystemClock()).throttle;
  const opened: SignedIn[] = [];
  const opener = {
    open: async (signedIn: SignedIn) => {
      opened.push(signedIn);
      return { accessToken: 'a', refreshToken: 'r', expiresIn: 300 };
    },
  } as unknown as SessionOpener;
  const [one, other] = [new OidcHandover({ uses, opener }, [secret]), new OidcHandover({ uses, opener }, [secret])];

  beforeEach(() => (opened.length = 0));
  afterEach(() => jest.useRealTimers());

  const outcome = (code: unknown, browserKey: string | undefined, handover = one): Promise<unknown> =>
    handover.redeem({ code, browserKey, address }).then(
      ({ accessToken }) => accessToken,
      (error: unknown) => (error as { code: unknown }).code,
    );

  it('opens the session at any replica, and once', async () => {
    const { code, browserKey } = await one.issue(SIGN_IN);
    expect(opened).toEqual([]);
    expect(await outcome(code, browserKey, other)).toBe('a');
    expect(await outcome(code, browserKey)).toBe('OIDC_REFUSED');
    expect(opened).toEqual([{ accountId: 'a-1', method: 'oidc:acme', address }]);
  });

  it('is not used up by who has not the browser', async () => {
    const { code, browserKey } = await one.issue(SIGN_IN);
    for (const key of [undefined, '', 'x', (await one.issue(SIGN_IN)).browserKey]) expect(await outcome(code, key)).toBe('OIDC_REFUSED');
    expect(await outcome(code, browserKey)).toBe('a');
  });

  it.each([
    [-5, 'a'],
    [1, 'OIDC_REFUSED'],
    [3_600, 'OIDC_REFUSED'],
  ])('%i s after its minute: %s', async (late, expected) => {
    expect(OIDC_CODE_SECONDS).toBeLessThanOrEqual(60);
    const { code, browserKey } = await one.issue(SIGN_IN);
    const now = Date.now() + (OIDC_CODE_SECONDS + late) * 1_000;
    jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'] });
    expect(await outcome(code, browserKey)).toBe(expected);
  });

  it('is neither that of another server nor something else that the server has sealed', async () => {
    const { code, browserKey } = await new OidcHandover({ uses, opener }, [randomBytes(32)]).issue(SIGN_IN);
    const flow = await new SealedFlow([secret]).seal({ provider: 'acme', state: 's', nonce: 'n', verifier: 'v' });
    for (const wrong of [code, flow, 'x', '', undefined, 5]) expect(await outcome(wrong, browserKey)).toBe('OIDC_REFUSED');
  });

  it('is good while the secret is replaced, and sealed with the new one', async () => {
    const replaced = randomBytes(32);
    const both = new OidcHandover({ uses, opener }, [replaced, secret]);
    const old = await one.issue(SIGN_IN);
    expect(await outcome(old.code, old.browserKey, both)).toBe('a');
    const { code, browserKey } = await both.issue(SIGN_IN);
    expect(await outcome(code, browserKey, one)).toBe('OIDC_REFUSED');
    expect(await outcome(code, browserKey, new OidcHandover({ uses, opener }, [replaced]))).toBe('a');
  });
});
