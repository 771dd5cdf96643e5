import { consistencyToken } from '@minos/common';
import { until } from '@minos/common/testing';
import { Aggregate, AggregateRoot, On, streamName } from '@minos/event-sourcing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Injectable, Module, type Type } from '@nestjs/common';
import type { ProjectionStatus } from '../projection/projection-status.js';
import { Projections } from '../projection/projections.js';
import { AggregateQueries } from './aggregate-queries.js';
import { Basket, BasketFilled, BasketLookedAt, BasketOpened, baskets, BasketThrownAway, Shelf, shelves, Shop } from './basket-kit.js';
import { InjectAggregateQueries, Queryable } from './queryable.decorator.js';

const MESSAGES = [BasketOpened, BasketFilled, BasketLookedAt, BasketThrownAway];
const shop = (aggregates: readonly Type<AggregateRoot>[] = [Basket, Shelf], providers: readonly Type[] = [Shop], cqrs = true): Type => {
  @Module({
    imports: [MinosModule.forRoot({ service: 'shop', features: { cqrs } }), MinosModule.forFeature({ aggregates, messages: MESSAGES })],
    providers: [...providers],
  })
  class ShopModule {}
  return ShopModule;
};
const mark = (stream: string, version: number) => ({
  atLeast: consistencyToken({ service: 'shop', stream, version }),
  within: '20s' as const,
});

describe('current-state queries', () => {
  it('find aggregates by their state, in order and by pages, and count them', async () => {
    const { get, close } = await createTestingApp(shop());
    const shopping = get(Shop);
    const { baskets: queries } = shopping;
    await shopping.open('b1', 'ann', ['mug', 5]);
    await shopping.open('b2', 'ann', ['pot', 30], ['mug', 5]);
    await shopping.open('b3', 'bob', ['pan', 50]);
    await shopping.fill('b1', 'pan', 50);
    expect(await queries.get('b1', mark('basket-b1', 3))).toEqual({
      owner: 'ann',
      total: 55,
      skus: ['mug', 'pan'],
      aggregateId: 'b1',
      aggregateVersion: 3,
    });
    const options = { orderBy: [baskets.desc('total')], limit: 1 };
    const first = await queries.find(baskets.eq('owner', 'ann'), options);
    const second = await queries.find(baskets.eq('owner', 'ann'), { ...options, after: first.next ?? '' });
    expect([first, second].map(({ items }) => items.map(({ aggregateId }) => aggregateId))).toEqual([['b1'], ['b2']]);
    expect(second.next).toBeNull();
    expect((await queries.find(baskets.and(baskets.contains('skus', 'mug'), baskets.lt('total', 50)))).items).toMatchObject([
      { total: 35 },
    ]);
    expect(await Promise.all([queries.count(), queries.count(baskets.like('owner', 'b%')), queries.get('none')])).toEqual([
      3,
      1,
      undefined,
    ]);
    await close();
  });

  it('show what toJSON() gives, and go on from the whole state', async () => {
    const { get, close } = await createTestingApp(shop());
    const { shelfRepository, shelves: queries } = get(Shop);
    await shelfRepository.create('s1', (shelf) => shelf.apply(new BasketOpened('ann')));
    for (const sku of ['mug', 'pot']) await shelfRepository.update('s1', (shelf) => shelf.apply(new BasketFilled(sku, 1)));
    expect(await queries.get('s1', mark('shelf-s1', 3))).toEqual({ label: 's1 of ann', items: 2, aggregateId: 's1', aggregateVersion: 3 });
    expect(await queries.count(shelves.gte('items', 2))).toBe(1);
    await close();
  });

  it('keep two kinds apart that share events, and count events that no handler takes', async () => {
    const { get, close } = await createTestingApp(shop());
    const shopping = get(Shop);
    const { baskets: all, shelves: others, shelfRepository, basketRepository } = shopping;
    await shopping.open('x', 'ann');
    await shelfRepository.create('x', (shelf) => shelf.apply(new BasketOpened('bob')));
    await basketRepository.update('x', (basket) => basket.apply(new BasketLookedAt()));
    expect(await all.get('x', mark('basket-x', 2))).toMatchObject({ owner: 'ann', aggregateVersion: 2 });
    expect(await others.get('x', mark('shelf-x', 1))).toMatchObject({ label: 'x of bob' });
    // What happened to a shelf is not waited for.
    expect(await all.count(undefined, { ...mark('shelf-x', 1), within: 1 })).toBe(1);
    await close();
  });

  it('stop at the event that cannot be folded, with everything before it', async () => {
    const { get, events, close } = await createTestingApp(shop());
    const { baskets: queries } = get(Shop);
    for (const [id, owner] of [
      ['b1', 'ann'],
      ['b2', 'nobody'],
      ['b3', 'bob'],
    ] as const)
      await events.append(streamName('basket', id), [{ type: 'basket.opened', schemaVersion: 1, data: { owner } }], {
        expectedVersion: 'no-stream',
      });
    expect(await failureOf(get(Projections))).toMatchObject({
      failedEvent: { stream: 'basket-b2' },
      error: { cause: { code: 'FOLD_FAILED' } },
    });
    expect((await queries.find()).items.map(({ aggregateId }) => aggregateId)).toEqual(['b1']);
    await close();
  });

  it('refuse a state that is more than JSON', async () => {
    @Queryable<Dated>()
    @Aggregate('dated')
    class Dated extends AggregateRoot {
      at: Date | undefined;
      @On(BasketOpened) protected opened(): void {
        this.at = new Date(0);
      }
    }
    const { get, events, close } = await createTestingApp(shop([Dated], []));
    await events.append(streamName('dated', 'd'), [{ type: 'basket.opened', schemaVersion: 1, data: { owner: 'x' } }], {
      expectedVersion: 'any',
    });
    const { error } = await failureOf(get(Projections));
    expect((error as Error).cause).toMatchObject({ code: 'AGGREGATE_STATE_INVALID', message: expect.stringContaining('toSnapshot()') });
    await close();
  });

  it('do not find what was deleted, whether an event tells of it or not', async () => {
    const { get, close } = await createTestingApp(shop());
    const shopping = get(Shop);
    const { baskets: queries, shelves: others, basketRepository, shelfRepository } = shopping;
    for (const id of ['b1', 'b2', 'b3']) await shopping.open(id, 'ann');
    await shelfRepository.create('b2', (shelf) => shelf.apply(new BasketOpened('ann')));
    expect(await queries.count(undefined, mark('basket-b3', 1))).toBe(3);
    await basketRepository.delete('b1', (basket) => basket.apply(new BasketThrownAway()));
    await basketRepository.delete('b2');
    expect([await queries.get('b1'), await queries.get('b2'), await queries.count(baskets.eq('owner', 'ann'))]).toEqual([
      undefined,
      undefined,
      1,
    ]);
    await shopping.open('b4', 'ann');
    expect((await queries.find(undefined, mark('basket-b4', 1))).items.map(({ aggregateId }) => aggregateId)).toEqual(['b3', 'b4']);
    expect(await others.get('b2', mark('shelf-b2', 1))).toMatchObject({ label: 'b2 of ann' });
    await close();
  });
});

describe('a start with queryable aggregates', () => {
  it('is refused with all faults', async () => {
    @Queryable({ view: 'No Table', indexes: [["a'b" as never]] })
    @Aggregate('hidden')
    class Hidden extends AggregateRoot {
      #secret = 0;
      @On(BasketOpened) protected opened(): void {
        this.#secret++;
      }
    }
    const error = await createTestingApp(shop([Hidden], [])).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'PROJECTIONS_INVALID' });
    for (const part of ['"No Table" is no name', "a'b", '#private']) expect((error as Error).message).toContain(part);
  });

  it('says what to import, or to write', async () => {
    await expect(createTestingApp(shop([Basket, Shelf], [Shop], false))).rejects.toMatchObject({ code: 'CQRS_MODULE_MISSING' });
    @Aggregate('plain')
    class Plain extends AggregateRoot {}
    @Injectable()
    class Asks {
      constructor(@InjectAggregateQueries(Plain) readonly queries: AggregateQueries<Plain>) {}
    }
    await expect(createTestingApp(shop([Plain], [Asks]))).rejects.toThrow('write @Queryable() on the class Plain');
  });

  it('keeps the projection running under a durable name', async () => {
    const { get, close } = await createTestingApp(shop());
    const { baskets: queries } = get(Shop);
    expect(queries.projection).toBe('basket.state');
    await until(async () => (await get(Projections).check()).status === 'up', 'readiness', 20_000);
    expect((await get(Projections).check()).details).toMatchObject({ 'basket.state': { version: 1 }, 'shelf.state': { version: 1 } });
    await close();
  });
});

async function failureOf(projections: Projections): Promise<ProjectionStatus> {
  return until(async () => (await projections.statuses()).find(({ state }) => state === 'failed'), 'the stop', 20_000);
}
