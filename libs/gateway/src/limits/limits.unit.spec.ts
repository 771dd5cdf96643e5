import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';
import type { RateDecision } from '../contracts/limits.js';
import { route } from '../routes/routes-kit.js';
import { CountedConnections } from './counted-connections.js';
import { type RateLimitOptions, resolveRateLimitOptions } from './rate-limit.options.js';
import { PolicyRateLimiter } from './policy-rate-limiter.js';

const clock = new VirtualClock();
const limiterOf = (options: RateLimitOptions, at = clock): PolicyRateLimiter =>
  new PolicyRateLimiter({ clock: at, settings: resolveRateLimitOptions(options) });
const ADDRESS = '192.0.2.1';

describe('a rate', () => {
  it('lets a burst through and then so many in a time, and says how many are left and when to come again', async () => {
    const limiter = limiterOf({ policies: { common: { address: { requests: 10, per: '1s', burst: 3 } } } });
    const take = (): RateDecision => limiter.take(undefined, { address: ADDRESS });
    expect(take()).toEqual({ allowed: true, limit: 3, remaining: 2, resetMs: 100, retryAfterMs: 0 });
    expect([take().remaining, take().remaining]).toEqual([1, 0]);
    expect(take()).toEqual({ allowed: false, limit: 3, remaining: 0, resetMs: 300, retryAfterMs: 100 });
    await clock.advance(100);
    expect([take().allowed, take().allowed]).toEqual([true, false]);
    await clock.advance(10_000);
    expect(take()).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('is kept over any time, whenever requests come, and a request that is refused costs nothing', async () => {
    const rate = fc.record({ requests: fc.integer({ min: 1, max: 20 }), burst: fc.integer({ min: 1, max: 10 }) });
    await fc.assert(
      fc.asyncProperty(rate, fc.array(fc.nat(400), { maxLength: 100 }), async ({ requests, burst }, pauses) => {
        const time = new VirtualClock();
        const limiter = limiterOf({ policies: { common: { address: { requests, per: '1s', burst } } } }, time);
        const allowed: number[] = [];
        for (const pause of pauses) {
          await time.advance(pause);
          const { allowed: may, retryAfterMs } = limiter.take(undefined, { address: ADDRESS });
          if (may) allowed.push(time.monotonic());
          // Whoever waits as long as was said is let through, whatever was refused before.
          else expect(retryAfterMs).toBeLessThanOrEqual(1_000 / requests + 1e-6);
        }
        for (const [first, from] of allowed.entries()) {
          for (const [last, to] of allowed.entries()) {
            if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(burst + ((to - from) * requests) / 1_000 + 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

// #region rates
const rates: RateLimitOptions = {
  policies: {
    common: { principal: { requests: 100, burst: 200 }, address: { requests: 1_000 } },
    login: { address: { requests: 10, per: '1m' } },
    slow: { principal: { requests: 1, burst: 5 } },
  },
};
// #endregion

it('are written as in the documentation', () => {
  const { policies } = resolveRateLimitOptions(rates);
  expect([...policies]).toEqual([
    ['common', { principal: { requests: 100, per: 1_000, burst: 200 }, address: { requests: 1_000, per: 1_000, burst: 1_000 } }],
    ['own', { principal: undefined, address: { requests: 50, per: 1_000, burst: 100 } }],
    ['login', { principal: undefined, address: { requests: 10, per: 60_000, burst: 10 } }],
    ['slow', { principal: { requests: 1, per: 1_000, burst: 5 }, address: undefined }],
  ]);
});

describe('a policy', () => {
  const options: RateLimitOptions = {
    policies: {
      common: { principal: { requests: 2 }, address: { requests: 3 } },
      login: { address: { requests: 1, per: '1m' } },
    },
  };

  it('counts by principal over all its addresses', () => {
    const limiter = limiterOf(options);
    const take = (address: string, principal?: string): boolean => limiter.take(undefined, { address, principal }).allowed;
    expect([take('192.0.2.1', 'anna'), take('192.0.2.2', 'anna'), take('192.0.2.3', 'anna')]).toEqual([true, true, false]);
    expect(take('192.0.2.3', 'bert')).toBe(true);
  });

  it('counts by address over all its principals, and not what was refused', () => {
    const limiter = limiterOf(options);
    const take = (principal?: string): boolean => limiter.take(undefined, { address: ADDRESS, principal }).allowed;
    expect(['anna', 'anna', 'anna', undefined, 'bert'].map(take)).toEqual([true, true, false, true, false]);
  });

  it('counts for itself', () => {
    const limiter = limiterOf(options);
    const login = (): boolean => limiter.take('login', { address: ADDRESS, principal: 'anna' }).allowed;
    expect([login(), login(), limiter.take(undefined, { address: ADDRESS }).allowed]).toEqual([true, false, true]);
  });

  it('that nobody configured is an error, at best at boot', () => {
    const limiter = limiterOf(options);
    expect(() => limiter.take('logon', { address: ADDRESS })).toThrow('There is no rate limit "logon"; known are: common, own, login.');
    expect(() => limiter.check([route('GET /a'), route('POST /b', { policy: 'logon' })])).toThrow('of the route POST /b');
    limiter.check([route('GET /a', { policy: 'login' })]);
  });

  it('without rates limits nobody', () => {
    const limiter = limiterOf({ policies: { common: {} } });
    expect(limiter.take(undefined, { address: 'nonsense' })).toMatchObject({ allowed: true, limit: Infinity });
  });

  it.each([
    [{ policies: { login: { adress: {} } } }, 'policies.login.adress: there is no such option; did you mean "address"?'],
    [{ policies: { login: { address: {} } } }, 'policies.login.address.requests: is missing; give a number'],
    [{ policies: { login: 5 } }, 'policies.login: found 5; give an object'],
    [{ policies: [] }, 'policies: found a list; give policies by their names'],
  ])('that does not fit is refused: %j', (given, message) => {
    expect(() => resolveRateLimitOptions(given as never)).toThrow(message);
  });
});

describe('memory', () => {
  it('is bounded, and filling it gives nobody its allowance back', () => {
    const limiter = limiterOf({ callers: 1_000, policies: { common: { principal: { requests: 1, per: '1m', burst: 10 } } } });
    const take = (principal: string): boolean => limiter.take(undefined, { address: ADDRESS, principal }).allowed;
    const spent = Array.from({ length: 20 }, (_, index) => `spent-${index}`);
    for (const principal of spent) for (let call = 0; call < 10; call++) expect(take(principal)).toBe(true);
    for (let other = 0; other < 50_000; other++) take(`other-${other}`);
    expect(spent.map(take).filter(Boolean)).toHaveLength(0);
  });
});

describe('connections', () => {
  it('are counted per address and in all, and end once', () => {
    const connections = new CountedConnections({ connections: 3, connectionsPerAddress: 2 });
    const first = connections.open('192.0.2.1');
    expect(connections.open('::ffff:192.0.2.1')).toBeDefined();
    expect(connections.open('192.0.2.1')).toBeUndefined();
    expect(connections.open('192.0.2.2')).toBeDefined();
    expect(connections.open('192.0.2.3')).toBeUndefined();
    first?.();
    first?.();
    expect(connections.size).toBe(2);
    expect(connections.open('192.0.2.1')).toBeDefined();
  });
});
