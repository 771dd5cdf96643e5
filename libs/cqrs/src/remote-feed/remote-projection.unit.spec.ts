import { consistencyToken, Event, Query } from '@minos/common';
import { until } from '@minos/common/testing';
import { Aggregate, type AggregateRepository, AggregateRoot, On, streamOf } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Requests } from '@minos/messaging';
import { Consumers } from '@minos/messaging/module';
import { MinosModule } from '@minos/nest';
import { createTestingApp, createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { Injectable, Module, type Type } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { endsWithin } from '../../../../tools/testing/ends-within.js';
import { QueryBus } from '../buses/query-bus.js';
import type { CqrsOptions } from '../module/cqrs.module.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { Projections } from '../projection/projections.js';
import { View } from '../view/view.decorator.js';
import { Views } from '../view/views.js';

@Event('title.printed')
class TitlePrinted {
  constructor(
    readonly title: string,
    readonly padding = '',
  ) {}
}
@Event('title.pulped')
class TitlePulped {}
/** Of no interest to the view. */
@Event('title.read')
class TitleRead {}

@Aggregate('title')
class Title extends AggregateRoot {
  private known = false;
  print(title: string, padding?: string): void {
    this.apply(new TitlePrinted(title, padding));
  }
  read(): void {
    this.apply(new TitleRead());
  }
  pulp(): void {
    this.apply(new TitlePulped());
  }
  @On(TitlePrinted) protected printed(): void {
    this.known = true;
  }
  @On(TitlePulped) protected pulped(): void {
    this.known = false;
  }
  @On(TitleRead) protected wasRead(): void {}
}

@Injectable()
class Press {
  constructor(@InjectAggregateRepository(Title) readonly titles: AggregateRepository<Title>) {}
}

@View<TitleRow>('shop_titles', { key: 'stream' })
class TitleRow {
  readonly stream!: string;
  readonly title!: string;
}

@Projection('shop-titles', { version: 1, from: 'press', views: [TitleRow] })
class ShopTitles {
  @When(TitlePrinted) printed({ title }: TitlePrinted, { view, recorded }: ProjectionContext): void {
    view(TitleRow).upsert({ stream: recorded.stream, title });
  }
  @When(TitlePulped) pulped(_event: TitlePulped, { view, recorded }: ProjectionContext): void {
    view(TitleRow).remove(recorded.stream);
  }
}

const press = (cqrs?: CqrsOptions): Type => {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'press', ...(cqrs && { cqrs }) }),
      MinosModule.forFeature({ aggregates: [Title], messages: [GetTitle] }),
    ],
    providers: [Press],
  })
  class PressModule {}
  return PressModule;
};

@Query('shop.title', { owner: 'shop' })
class GetTitle extends Query<string> {
  constructor(readonly stream: string) {
    super();
  }
}
@QueryHandler(GetTitle)
class GetTitleHandler implements IQueryHandler<GetTitle> {
  constructor(private readonly views: Views) {}
  async execute({ stream }: GetTitle): Promise<string> {
    return (await this.views.of(TitleRow).get(stream))?.title ?? 'none';
  }
}

@Module({ imports: [MinosModule.forRoot({ service: 'shop' })], providers: [ShopTitles, GetTitleHandler] })
class ShopModule {}

let opened: TestingSystem<'press' | 'shop'> | undefined;
const open = async (modules: Readonly<Record<'press' | 'shop', Type>>) => (opened = await createTestingSystem(modules));
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

describe('a view on the events of another service', () => {
  it('has all of them, in the order of their owner, and is as new as a token of the owner says', async () => {
    const system = await open({ press: press(), shop: ShopModule });
    const { titles } = system.apps.press.get<Press>(Press);
    for (let number = 1; number <= 30; number++) await titles.create(String(number), (title) => title.print(`title ${number}`));
    await titles.update('7', (title) => title.pulp());
    const [projections, views] = [system.apps.shop.get(Projections), system.apps.shop.get(Views).of(TitleRow)];
    await projections.atLeast('shop-titles', consistencyToken({ service: 'press', stream: 'title-7', version: 2 }), '20s');
    expect([await views.count(), await views.get('title-7'), (await views.get('title-30'))?.title]).toEqual([29, undefined, 'title 30']);
    await titles.update('8', (title) => title.print('another'));
    const { version } = streamOf(await titles.load('8'));
    await titles.update('8', (title) => title.read());
    await projections.atLeast('shop-titles', consistencyToken({ service: 'press', stream: 'title-8', version: version + 1 }), '20s');
    expect((await views.get('title-8'))?.title).toBe('another');
    await expect(
      projections.atLeast('shop-titles', consistencyToken({ service: 'press', stream: 'title-8', version: 9 }), '1s'),
    ).rejects.toMatchObject({ code: 'NOT_YET_CONSISTENT' });
    expect(await projections.statuses()).toMatchObject([{ name: 'shop-titles', state: 'idle', ready: true, lagEvents: 0 }]);
  });

  it('is as new as a token says where a query comes over the broker and is answered in a unit of work', async () => {
    const system = await open({ press: press(), shop: ShopModule });
    const { titles } = system.apps.press.get<Press>(Press);
    const queries = system.apps.press.get(QueryBus);
    for (let number = 1; number <= 5; number++) {
      await titles.create(String(number), (title) => title.print(`title ${number}`));
      const atLeast = consistencyToken({ service: 'press', stream: `title-${number}`, version: 1 });
      const asked = queries.execute(new GetTitle(`title-${number}`), { atLeast, within: '10s', timeout: '15s' });
      expect(await asked).toBe(`title ${number}`);
    }
  });

  it('tells of an event that is too large, and parks nothing at its owner', async () => {
    const system = await open({ press: press(), shop: ShopModule });
    const { titles } = system.apps.press.get<Press>(Press);
    await titles.create('1', (title) => title.print('thick', 'x'.repeat(1_000_500)));
    const error = async () => (await system.apps.shop.get(Projections).statuses())[0]?.error as Error | undefined;
    expect((await until(error, 'the error', 20_000)).message).toContain('title-1, version 1');
    expect(
      system.apps.press
        .get(Consumers)
        .statuses()
        .map(({ parkedMessages }) => parkedMessages),
    ).toEqual([0]);
  });

  it('is made anew from the owner, however much fits into one answer', async () => {
    const system = await open({ press: press(), shop: ShopModule });
    const { titles } = system.apps.press.get<Press>(Press);
    for (let number = 1; number <= 12; number++) await titles.create(String(number), (title) => title.print('thick', 'x'.repeat(90_000)));
    const [projections, views] = [system.apps.shop.get(Projections), system.apps.shop.get(Views).of(TitleRow)];
    await projections.rebuild('shop-titles');
    await until(
      async () => (await projections.statuses()).every(({ rebuild, lagEvents }) => rebuild === undefined && lagEvents === 0),
      'what shall become of it',
      20_000,
    );
    expect(await views.count()).toBe(12);
  });

  it('is refused to whom the owner does not name', async () => {
    const system = await open({ press: press({ feedReaders: ['library'] }), shop: ShopModule });
    const projections = system.apps.shop.get(Projections);
    const error = async () => (await projections.statuses())[0]?.error as { code?: string; message?: string } | undefined;
    await until(async () => (await error())?.code === 'FEED_READ_REFUSED', 'what shall become of it', 20_000);
    expect((await error())?.message).toContain("feedReaders: ['shop']");
    expect(await projections.statuses()).toMatchObject([{ ready: false }]);
  });

  it('cannot be asked for in a way that would hurt the owner', async () => {
    const system = await open({ press: press(), shop: ShopModule });
    const requests = system.apps.shop.get(Requests);
    const ask = (type: string, data: object) =>
      requests.askMessage({ channel: 'press.commands', key: '1', type, data: data as never }, { timeout: '20s' });
    const sound = { types: ['title.printed'], after: '0', limit: 10 };
    for (const wrong of [
      { types: [] },
      { types: 'all' },
      { after: "0' or 1" },
      { after: '-1' },
      { limit: 0 },
      { limit: 1e9 },
      { limit: 'x' },
    ])
      await expect(ask('press.feed.read', { ...sound, ...wrong })).rejects.toMatchObject({ code: 'FEED_READ_INVALID' });
    const located = { stream: 'title-1', version: 1, types: ['title.printed'] };
    for (const wrong of [{ stream: '' }, { stream: 7 }, { version: 0.5 }, { types: [7] }])
      await expect(ask('press.feed.locate', { ...located, ...wrong })).rejects.toMatchObject({ code: 'FEED_READ_INVALID' });
    expect(await ask('press.feed.read', sound)).toMatchObject({ events: [], more: false });
  });

  it('lets its service end at once while the owner is silent', async () => {
    const shop = await createTestingApp(ShopModule);
    const waits = async () => shop.get(Requests).status().outstanding > 0;
    try {
      await until(waits, 'the owner to be asked');
    } finally {
      await endsWithin(shop.close(), 'the service to end', 5_000);
    }
  });

  it('is refused at the start where no other service can be reached', async () => {
    @Module({ imports: [MinosModule.forRoot({ service: 'shop', features: { messaging: false } })], providers: [ShopTitles] })
    class Alone {}
    await expect(createTestingApp(Alone)).rejects.toMatchObject({
      code: 'PROJECTION_SOURCE_MISSING',
      message: expect.stringContaining("@Projection('shop-titles', { from: 'press' })"),
    });
  });
});
