import { Query, runInContext } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { type CacheScope, PartCache } from './part-cache.js';

@Query('product.by-skus')
class GetProducts extends Query<readonly string[]> {
  constructor(readonly skus: unknown) {
    super();
  }
}
@Query('stock.by-skus')
class GetStock extends Query<readonly string[]> {
  constructor(readonly skus: unknown) {
    super();
  }
}

const clock = new VirtualClock();
const cacheOf = (scope: CacheScope = 'principal', entries = 100): PartCache => new PartCache({ for: 1_000, entries, scope }, clock);
const principal = {
  subject: 'ann',
  roles: ['buyer', 'admin'],
  tenant: 'a',
  actedAt: 'now',
  correlationId: '1',
  issuer: 'auth',
  audience: ['*'],
};
const query = new GetProducts(['mug']);

describe('the keys of a cache', () => {
  const keyFor = (scope: CacheScope, context: object, asked: object = query): string | undefined =>
    runInContext(context, () => cacheOf(scope).keyOf(asked));
  const mine = { tenant: 'a', principal };

  it('are one for one query, and differ with its name and its data', () => {
    const keyOf = (asked: object) => keyFor('principal', mine, asked);
    expect(keyOf(new GetProducts(['mug']))).toBe(keyOf(query));
    const keys = [query, new GetProducts(['pen']), new GetProducts('mug'), new GetStock(['mug'])].map(keyOf);
    expect(new Set(keys).size).toBe(4);
  });

  it('are none where answers are for each principal and nobody is known', () => {
    expect(keyFor('principal', { tenant: 'a', principal: undefined })).toBeUndefined();
    expect(keyFor('tenant', { tenant: 'a', principal: undefined })).toBeDefined();
  });

  it.each<[string, object]>([
    ['another tenant', { ...mine, tenant: 'b' }],
    ['another subject', { ...mine, principal: { ...principal, subject: 'bob' } }],
    ['other roles', { ...mine, principal: { ...principal, roles: ['buyer'] } }],
    ['another issuer', { ...mine, principal: { ...principal, issuer: 'order' } }],
    ['nobody', { tenant: 'a', principal: undefined }],
  ])('differ with %s, unless the part says who shares its answers', (_what, other) => {
    expect(keyFor('principal', other)).not.toBe(keyFor('principal', mine));
    expect(keyFor('everyone', other)).toBe(keyFor('everyone', mine));
    const sameTenant = !('tenant' in other) || other.tenant === 'a';
    expect(keyFor('tenant', other) === keyFor('tenant', mine)).toBe(sameTenant);
  });

  it('do not differ with when and why somebody asks', () => {
    const later = { ...principal, actedAt: 'later', correlationId: '2', roles: ['admin', 'buyer'] };
    expect(keyFor('principal', { tenant: 'a', principal: later, correlationId: '2' })).toBe(keyFor('principal', mine));
  });

  it('are missing for what is no JSON: two of them might look alike', () => {
    expect(cacheOf().keyOf(new GetProducts(new Map([['mug', 1]])))).toBeUndefined();
  });
});

describe('the answers of a cache', () => {
  it('are as many as it may keep; the one that was used longest ago goes', () => {
    const cache = cacheOf('principal', 2);
    cache.put('one', 1);
    cache.put('two', 2);
    expect(cache.get('one')).toEqual({ answer: 1 });
    cache.put('three', 3);
    expect(cache.size).toBe(2);
    expect([cache.get('one'), cache.get('two'), cache.get('three')]).toEqual([{ answer: 1 }, undefined, { answer: 3 }]);
  });

  it('end with their time, which a new one begins again', async () => {
    const cache = cacheOf();
    cache.put('key', 1);
    await clock.advance(999);
    expect(cache.get('key')).toEqual({ answer: 1 });
    cache.put('key', 2);
    await clock.advance(999);
    expect(cache.get('key')).toEqual({ answer: 2 });
    await clock.advance(1);
    expect(cache.get('key')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('are copies, and nothing where there can be none', () => {
    const cache = cacheOf();
    const given = { skus: ['mug'] };
    cache.put('key', given);
    given.skus.push('changed');
    const first = cache.get('key') as { answer: { skus: string[] } };
    first.answer.skus.push('mine');
    expect(cache.get('key')).toEqual({ answer: { skus: ['mug'] } });
    cache.put('key', () => 1);
    expect(cache.get('key')).toBeUndefined();
    cache.put('nothing', undefined);
    expect(cache.get('nothing')).toEqual({ answer: undefined });
  });

  it('keep what was asked for last, whichever answer comes last', async () => {
    const cache = cacheOf();
    const early = clock.monotonic();
    await clock.advance(10);
    cache.put('key', 'new');
    cache.put('key', 'old', early);
    expect(cache.get('key')).toEqual({ answer: 'new' });
  });
});
