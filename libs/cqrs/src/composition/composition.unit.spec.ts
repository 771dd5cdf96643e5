import { type Duration, Query as AnyQuery, Rejection, runInContext } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, createTestingSystem } from '@minos/nest/testing';
import { Injectable, Module, type Provider, Scope, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { compose, Compose, type Composed, Composition, CqrsModule, type IQueryHandler, Query, QueryBus, QueryHandler } from '../index.js';

interface OrderView {
  readonly orderId: string;
  readonly skus: readonly string[];
}
interface ProductView {
  readonly sku: string;
  readonly title: string;
}

// #region queries
@Query('order.details', { owner: 'order' })
class GetOrderDetails extends Query<Composed<{ order: OrderView; products?: readonly ProductView[] }>> {
  constructor(readonly orderId: string) {
    super();
  }
}
// #endregion
@Query('order.get')
class GetOrder extends Query<OrderView> {
  constructor(readonly orderId: string) {
    super();
  }
}
@Query('catalogue.products', { owner: 'product' })
class GetProducts extends Query<readonly ProductView[]> {
  constructor(readonly skus: readonly string[]) {
    super();
  }
}

// #region composition
@Compose('order.details')
class OrderDetails extends Composition {
  static readonly parts = compose(GetOrderDetails, { within: '5s' })
    .part('order', { ask: ({ orderId }) => new GetOrder(orderId), otherwise: 'fail' })
    .part('products', {
      after: ['order'],
      ask: (_details, { order }) => new GetProducts(order.skus),
      within: '800ms',
      otherwise: 'omit',
    })
    .build();
}
// #endregion

@QueryHandler(GetOrder)
class GetOrderHandler implements IQueryHandler<GetOrder> {
  async execute({ orderId }: GetOrder): Promise<OrderView> {
    if (orderId === 'none') throw new Rejection('order.unknown', 'There is no such order.');
    return { orderId, skus: ['mug'] };
  }
}
@QueryHandler(GetProducts)
class GetProductsHandler implements IQueryHandler<GetProducts> {
  async execute({ skus }: GetProducts): Promise<readonly ProductView[]> {
    return skus.map((sku) => ({ sku, title: sku.toUpperCase() }));
  }
}

const service = (name: string, providers: readonly Provider[]): Type => {
  @Module({
    imports: [MinosModule.forRoot({ service: name }), MinosModule.forFeature({ messages: [GetOrderDetails, GetProducts] })],
    providers: [...providers],
  })
  class Service {}
  return Service;
};
const ORDER = service('order', [OrderDetails, GetOrderHandler]);
const COMPLETE = {
  data: { order: { orderId: '7', skus: ['mug'] }, products: [{ sku: 'mug', title: 'MUG' }] },
  complete: true,
  parts: { order: 'complete', products: 'complete' },
  reasons: {},
};

describe('a composed query', () => {
  it('is answered from several services, here and where another service asks for it', async () => {
    const system = await createTestingSystem({
      order: ORDER,
      product: service('product', [GetProductsHandler]),
      mobile: service('mobile', []),
    });
    const queries = system.apps.order.get(QueryBus);
    const read = async () => {
      // #region execute
      const { data, complete, parts, reasons } = await queries.execute(new GetOrderDetails('7'));
      const products = data.products ?? [];
      // #endregion
      return complete && products.length > 0 && { data, complete, parts, reasons };
    };
    // A busy machine may need longer than the part has.
    expect(await until(read, 'a complete answer', 20_000)).toEqual(COMPLETE);
    const elsewhere = system.apps.mobile.get(QueryBus);
    const readElsewhere = async () => {
      const answer = await elsewhere.execute(new GetOrderDetails('7'));
      return answer.complete && answer;
    };
    expect(await until(readElsewhere, 'a complete answer', 20_000)).toEqual(COMPLETE);
    await expect(elsewhere.execute(new GetOrderDetails('none'))).rejects.toMatchObject({ code: 'order.unknown' });
    await system.close();
  });

  it('goes without what a service does not answer, in the time of the part', async () => {
    const { get, close } = await createTestingApp(ORDER);
    const answered = await get(QueryBus).execute(new GetOrderDetails('7'));
    expect(answered).toMatchObject({ complete: false, parts: { order: 'complete', products: 'omitted' } });
    expect('products' in answered.data).toBe(false);
    await expect(get(QueryBus).execute(new GetOrderDetails('none'))).rejects.toMatchObject({ code: 'order.unknown' });
    await close();
  });

  it('takes no longer than whoever executes it gives it', async () => {
    @Query('slow.details')
    class GetSlow extends Query<Composed<{ slow?: number }>> {}
    @Query('slow.get')
    class GetSlowPart extends Query<number> {}
    @Compose('slow.details')
    class Slow extends Composition {
      static readonly parts = compose(GetSlow, { within: '1h' })
        .part('slow', { ask: () => new GetSlowPart(), otherwise: 'omit' })
        .build();
    }
    @QueryHandler(GetSlowPart)
    class Never implements IQueryHandler<GetSlowPart> {
      execute(): Promise<number> {
        return new Promise(() => undefined);
      }
    }
    const module = await Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers: [Slow, Never] }).compile();
    await module.init();
    const timeout: Duration = '20ms';
    expect(await module.get(QueryBus).execute(new GetSlow(), { timeout })).toMatchObject({ reasons: { slow: 'COMPOSITION_PART_LATE' } });
    await module.close();
  });

  it('keeps the answers that parts cache to the principal and the tenant, and to the application', async () => {
    let asked = 0;
    @Query('mine.page')
    class GetPage extends AnyQuery<Composed<{ mine: number; all: number }>> {}
    @Query('mine.part')
    class GetMine extends AnyQuery<number> {}
    @Compose('mine.page')
    class PageParts extends Composition {
      static readonly parts = compose(GetPage)
        .part('mine', { ask: () => new GetMine(), otherwise: 'fail', cache: { for: '1h' } })
        .part('all', { ask: () => new GetMine(), otherwise: 'fail', cache: { for: '1h', scope: 'everyone' } })
        .build();
    }
    @QueryHandler(GetMine)
    class GetMineHandler implements IQueryHandler<GetMine> {
      async execute(): Promise<number> {
        return ++asked;
      }
    }
    const started: { close(): Promise<void> }[] = [];
    const start = async (): Promise<QueryBus> => {
      const module = await Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers: [PageParts, GetMineHandler] }).compile();
      started.push(await module.init());
      return module.get(QueryBus);
    };
    const principal = { subject: 'ann', roles: [], tenant: 'a', actedAt: '', correlationId: '', issuer: 'auth', audience: ['*'] };
    const queries = await start();
    const page = (context: object): Promise<Composed<{ mine: number; all: number }>> =>
      runInContext(context, () => queries.execute(new GetPage()));
    expect((await page({ tenant: 'a', principal })).data).toEqual({ mine: 1, all: 2 });
    expect((await page({ tenant: 'a', principal })).data).toEqual({ mine: 1, all: 2 });
    expect((await page({ tenant: 'a', principal: { ...principal, subject: 'bob' } })).data).toEqual({ mine: 3, all: 2 });
    expect((await page({ tenant: 'b', principal })).data).toEqual({ mine: 4, all: 2 });
    const other = await start();
    expect((await runInContext({ tenant: 'a', principal }, () => other.execute(new GetPage()))).data).toEqual({ mine: 5, all: 6 });
    await Promise.all(started.map((module) => module.close()));
  });
});

describe('a start with a composed query that cannot be', () => {
  @QueryHandler(GetOrderDetails)
  class OtherHandler implements IQueryHandler<GetOrderDetails> {
    async execute(): Promise<never> {
      throw new Error('never');
    }
  }
  const part = { ask: () => new GetOrder('1'), otherwise: 'fail' } as const;
  const untyped = compose as unknown as (query: unknown) => UntypedBuilder;
  interface UntypedBuilder {
    part(name: string, options: object): UntypedBuilder;
    build(): typeof OrderDetails.parts;
  }
  const composing = (name: string, parts: unknown): Type => {
    class Faulty extends Composition {
      static readonly parts = parts as typeof OrderDetails.parts;
    }
    Compose(name)(Faulty);
    return Faulty;
  };
  const details = (): UntypedBuilder => untyped(GetOrderDetails);
  class Unnamed extends AnyQuery {}

  it.each<[string, unknown, readonly string[]]>([
    ['two parts of one name', details().part('order', part).part('order', part).build(), ["'order'", 'a name of its own']],
    [
      'a part after an unknown one',
      details()
        .part('order', { ...part, after: ['user'] })
        .build(),
      ["'user'", 'no such part'],
    ],
    [
      'a part after itself',
      details()
        .part('order', { ...part, after: ['order'] })
        .build(),
      ["Move 'order' up"],
    ],
    ['no parts', details().build(), ['.part(name']],
    ['nothing static', undefined, ['static readonly parts']],
    ['no class', untyped(undefined).part('order', part).build(), ['circle']],
    ['a class without a name', untyped(Unnamed).part('order', part).build(), ['Unnamed', "@Query('order.details')"]],
    ['another query', untyped(GetOrder).part('order', part).build(), ["@Compose('order.get')"]],
    [
      'options that do not fit',
      details()
        .part('order', { ask: 1, otherwise: { default: () => 1 }, within: 'soon', cache: { for: '0s', size: 3 } })
        .build(),
      ["part 'order', ask", "part 'order', otherwise", "part 'order', within", 'cache, for', 'cache, size'],
    ],
  ])('is refused: %s', async (_what, parts, texts) => {
    const Faulty = composing('order.details', parts);
    const started = Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers: [Faulty] }).compile();
    const refused = await started.then((module) => module.init()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'HANDLERS_INVALID' });
    const { message } = refused as Error;
    for (const text of ["@Compose('order.details') on Faulty", ...texts]) expect(message).toContain(text);
  });

  it('is refused where the query has another handler', async () => {
    const started = Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers: [OrderDetails, OtherHandler] }).compile();
    const refused = started.then((module) => module.init());
    await expect(refused).rejects.toMatchObject({
      code: 'HANDLERS_INVALID',
      message: expect.stringContaining("@Compose('order.details') on OrderDetails: OtherHandler answers order.details too."),
    });
    await expect(createTestingApp(service('order', [OrderDetails, OtherHandler]))).rejects.toMatchObject({ code: 'HANDLERS_INVALID' });
  });

  it('is refused where it is in request scope, or is no composition', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @Compose('order.details')
    class Scoped extends Composition {
      static readonly parts = OrderDetails.parts;
      constructor(readonly perRequest: PerRequest) {
        super(undefined as never);
      }
    }
    class Bare {
      static readonly parts = OrderDetails.parts;
    }
    Compose('order.details')(Bare as unknown as typeof OrderDetails);
    const refused = Test.createTestingModule({ imports: [CqrsModule.forRoot()], providers: [Scoped, PerRequest, Bare] })
      .compile()
      .then((module) => module.init());
    await expect(refused).rejects.toMatchObject({
      code: 'HANDLERS_INVALID',
      message: expect.stringMatching(/Scoped: it is in request scope[^]*Bare: .*extends Composition/),
    });
  });
});
