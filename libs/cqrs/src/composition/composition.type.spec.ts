import { Query } from '@minos/common';
import { Compose } from './compose.decorator.js';
import { compose, type CompositionPlan } from './compose.js';
import type { Composed, PartsOf, PartState } from './composed.js';
import { Composition } from './composition.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(value?: T): T | undefined => value;

interface Page {
  readonly order: { readonly id: string };
  readonly products?: readonly string[];
}
class GetPage extends Query<Composed<Page>> {
  constructor(readonly id: string) {
    super();
  }
}
class GetOrder extends Query<{ id: string; extra: number }> {
  constructor(readonly id: string) {
    super();
  }
}
class GetProducts extends Query<string[]> {
  constructor(readonly of: string) {
    super();
  }
}
class Plain extends Query<string> {}

const order = { ask: ({ id }: GetPage) => new GetOrder(id), otherwise: 'fail' } as const;
const products = { ask: () => new GetProducts('7'), otherwise: 'omit' } as const;

describe('types of composed queries', () => {
  it('are those of the parts', () => {
    holds<Equal<PartsOf<GetPage>, Page>>();
    holds<Equal<Composed<Page>['parts'], { readonly order: PartState; readonly products: PartState }>>();
    const plan: CompositionPlan<GetPage> = compose(GetPage).part('order', order).part('products', products).build();
    expect(plan.parts.map(({ name }) => name)).toEqual(['order', 'products']);
  });

  it('give a part the query and the answers it comes after, and nothing else', () => {
    compose(GetPage)
      .part('order', order)
      .part('products', {
        after: ['order'],
        ask: (page, parts) => {
          holds<Equal<typeof page, GetPage>>();
          holds<Equal<typeof parts, Required<Pick<Page, 'order'>>>>();
          return new GetProducts(parts.order.id);
        },
        otherwise: 'omit',
      })
      .build();
    compose(GetPage)
      .part('order', order)
      // @ts-expect-error: it does not say that it comes after the order
      .part('products', { ask: (_page, parts) => new GetProducts(parts.order.id), otherwise: 'omit' });
    // @ts-expect-error: the order is not there yet
    compose(GetPage).part('products', { ...products, after: ['order'] });
    expect(() => compose(GetPage)).not.toThrow();
  });

  it('demand every part once, of its type, and let only optional ones be omitted', () => {
    const started = compose(GetPage).part('products', { ...products, otherwise: { default: [] } });
    // @ts-expect-error: the order is missing
    const build: () => unknown = started.build;
    // @ts-expect-error: there is one already
    started.part('products', products);
    // @ts-expect-error: the answer has no such part
    started.part('stock', products);
    // @ts-expect-error: the order is not optional
    started.part('order', { ...order, otherwise: 'omit' });
    // @ts-expect-error: a default of another type
    started.part('order', { ...order, otherwise: { default: 7 } });
    // @ts-expect-error: a query of another answer
    started.part('order', { ...order, ask: () => new Plain() });
    // @ts-expect-error: no duration
    started.part('order', { ...order, within: 'soon' });
    // @ts-expect-error: a query that is not composed
    compose(Plain);
    expect(build).toBeInstanceOf(Function);
  });

  it('let only compositions with parts be decorated', () => {
    class Parts extends Composition {
      static readonly parts = compose(GetPage).part('order', order).part('products', products).build();
    }
    class NoParts extends Composition {}
    class Other {
      static readonly parts = Parts.parts;
    }
    Compose('page')(Parts);
    // @ts-expect-error: it has no parts
    Compose('page')(NoParts);
    // @ts-expect-error: it is no composition
    Compose('page')(Other);
    expect(Parts.parts.query).toBe(GetPage);
  });
});
