import { type MessageClass, Query, Rejection } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { QueryOptions } from '../buses/execute-options.js';
import { compose, type CompositionPlan } from './compose.js';
import type { Composed } from './composed.js';
import { CompositionRun } from './composition-run.js';
import { type Part, prepareComposition } from './part-settings.js';

interface Page {
  readonly order: { readonly skus: readonly string[] };
  readonly products?: readonly string[];
  readonly stock?: number;
}
class GetPage extends Query<Composed<Page>> {
  constructor(readonly id: string) {
    super();
  }
}
class GetOrder extends Query<Page['order']> {
  constructor(readonly id: string) {
    super();
  }
}
class GetProducts extends Query<readonly string[]> {
  constructor(readonly skus: readonly string[]) {
    super();
  }
}
class GetStock extends Query<number> {}

const ORDER = { skus: ['mug', 'pen'] };
type Given = QueryOptions;
type Answers = readonly (readonly [MessageClass, (query: never, options: Given) => unknown])[];

let clock: VirtualClock;
let noted: [name: string, error: unknown][];

/** Runs a plan on a bus that answers as the test says. */
function run(plan: CompositionPlan, answers: Answers, { options = {}, signal }: { options?: Given; signal?: AbortSignal } = {}) {
  const prepared = prepareComposition(plan, clock);
  const execute = async (query: object, how: Given): Promise<unknown> => {
    const answer = answers.find(([type]) => query instanceof type)?.[1] as ((query: object, options: Given) => unknown) | undefined;
    return answer?.(query, how);
  };
  const note = ({ name }: Part, error?: unknown): void => void noted.push([name, error]);
  const limits = { milliseconds: prepared.within, options, ...(signal && { signal }) };
  return (id = '7'): Promise<Composed<Page>> =>
    new CompositionRun(prepared, { clock, execute, noted: note }, limits).answer(new GetPage(id)) as Promise<Composed<Page>>;
}

const never = (): Promise<never> => new Promise(() => undefined);
const order = { ask: ({ id }: GetPage) => new GetOrder(id), otherwise: 'fail' } as const;
const products = { ask: () => new GetProducts(['mug']), otherwise: 'omit' } as const;
const stock = { ask: () => new GetStock(), otherwise: 'omit' } as const;
const page = compose(GetPage, { within: '5s' }).part('order', order);

beforeEach(() => {
  clock = new VirtualClock();
  noted = [];
});

describe('the parts of a composed query', () => {
  it('are asked at once where none depends on another', async () => {
    let asked = 0;
    let open: () => void = () => undefined;
    const barrier = new Promise<void>((resolve) => (open = resolve));
    const meet = (answer: unknown) => async (): Promise<unknown> => {
      if (++asked === 3) open();
      await barrier;
      return answer;
    };
    const plan = page.part('products', products).part('stock', stock).build();
    const answered = await run(plan, [
      [GetOrder, meet(ORDER)],
      [GetProducts, meet(['Mug'])],
      [GetStock, meet(3)],
    ])();
    expect(answered).toEqual({
      data: { order: ORDER, products: ['Mug'], stock: 3 },
      complete: true,
      parts: { order: 'complete', products: 'complete', stock: 'complete' },
      reasons: {},
    });
  });

  it('are asked after those they depend on, with what these answered', async () => {
    const asked: string[] = [];
    const plan = page
      .part('products', { after: ['order'], ask: (_page, parts) => new GetProducts(parts.order.skus), otherwise: 'omit' })
      .part('stock', stock)
      .build();
    const { data } = await run(plan, [
      [GetStock, () => asked.push('stock')],
      [GetOrder, async () => (await Promise.resolve(), asked.push('order'), ORDER)],
      [GetProducts, ({ skus }: GetProducts) => (asked.push('products'), skus.map((sku) => sku.toUpperCase()))],
    ])();
    expect(data.products).toEqual(['MUG', 'PEN']);
    expect(asked).toEqual(['stock', 'order', 'products']);
  });

  it('are not asked where what they depend on is omitted, and are where it is a default', async () => {
    const ask = (): GetStock => new GetStock();
    const omitting = page
      .part('products', products)
      .part('stock', { after: ['products'], ask, otherwise: 'omit' })
      .build();
    const defaulting = page
      .part('products', { ...products, otherwise: { default: [] } })
      .part('stock', { after: ['products'], ask, otherwise: 'omit' })
      .build();
    const answers: Answers = [
      [GetOrder, () => ORDER],
      [GetProducts, () => Promise.reject(new Error('down'))],
      [GetStock, () => 3],
    ];
    expect(await run(omitting, answers)()).toMatchObject({
      data: { order: ORDER },
      parts: { products: 'omitted', stock: 'omitted' },
      reasons: { products: 'FAULT', stock: 'FAULT' },
    });
    expect(await run(defaulting, answers)()).toMatchObject({
      data: { products: [], stock: 3 },
      parts: { products: 'default', stock: 'complete' },
    });
  });
});

describe('a part that fails', () => {
  const failing = (error: Error): Answers => [
    [GetOrder, () => ORDER],
    [GetProducts, () => Promise.reject(error)],
    [GetStock, () => 3],
  ];

  it('is omitted, and the answer says which and why', async () => {
    const answered = await run(page.part('products', products).part('stock', stock).build(), failing(new Error('down')))();
    expect(answered).toEqual({
      data: { order: ORDER, stock: 3 },
      complete: false,
      parts: { order: 'complete', products: 'omitted', stock: 'complete' },
      reasons: { products: 'FAULT' },
    });
    expect(noted).toContainEqual(['products', new Error('down')]);
  });

  it('is its default, which nobody can change for another', async () => {
    const plan = page
      .part('products', { ...products, otherwise: { default: ['?'] } })
      .part('stock', stock)
      .build();
    const ask = run(plan, failing(new Error('down')));
    const { data, complete, parts } = await ask();
    expect({ data, complete, parts }).toMatchObject({ data: { products: ['?'] }, complete: false, parts: { products: 'default' } });
    (data.products as string[]).push('mine');
    expect((await ask()).data.products).toEqual(['?']);
  });

  it('fails the whole with its own error, at once, where it must', async () => {
    const error = new Rejection('order.unknown', 'There is no such order.');
    const plan = page.part('products', products).part('stock', stock).build();
    const answered = run(plan, [
      [GetOrder, () => Promise.reject(error)],
      [GetProducts, never],
      [GetStock, never],
    ])();
    await expect(answered).rejects.toBe(error);
    expect(clock.sleeping).toBe(0);
  });

  it('says no by a rejection, which counts as missing, or comes through where the part says so', async () => {
    const no = new Rejection('products.hidden', 'Not for you.');
    const lenient = page.part('products', products).part('stock', stock).build();
    expect(await run(lenient, failing(no))()).toMatchObject({ parts: { products: 'omitted' }, reasons: { products: 'products.hidden' } });
    const strict = page
      .part('products', { ...products, rejections: 'fail' })
      .part('stock', stock)
      .build();
    await expect(run(strict, failing(no))()).rejects.toBe(no);
    expect(await run(strict, failing(new Error('down')))()).toMatchObject({ parts: { products: 'omitted' } });
  });

  it('is missing, too, where its query cannot be made', async () => {
    const ask = (): GetProducts => {
      throw new Error('no query');
    };
    const plan = page.part('products', { ask, otherwise: 'omit' }).part('stock', stock).build();
    expect(await run(plan, failing(new Error('never')))()).toMatchObject({ parts: { products: 'omitted' } });
  });
});

describe('a part that is late', () => {
  const late = (within?: '200ms' | '1h'): CompositionPlan =>
    page
      .part('products', { ...products, ...(within && { within }) })
      .part('stock', stock)
      .build();

  // A rejection that nobody handles fails the test in which it happens.
  it('is let go after its time, and its failure later on is nobody’s', async () => {
    let fail: (error: unknown) => void = () => undefined;
    const answered = run(late('200ms'), [
      [GetOrder, () => ORDER],
      [GetProducts, () => new Promise((_, reject) => (fail = reject))],
      [GetStock, () => 3],
    ])();
    await clock.advance(199);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1);
    expect(await answered).toMatchObject({
      complete: false,
      parts: { products: 'omitted' },
      reasons: { products: 'COMPOSITION_PART_LATE' },
    });
    fail(new Error('too late'));
    await clock.advance(1);
  });

  it.each([[undefined], ['1h']] as const)('has no more than what is left of the whole, where its own time is %s', async (within) => {
    const budgets: unknown[] = [];
    const plan = page
      .part('stock', { ...stock, within: '1s' })
      .part('products', { after: ['stock'], ask: () => new GetProducts([]), otherwise: 'omit', ...(within && { within }) })
      .build();
    const answered = run(plan, [
      [GetOrder, () => ORDER],
      [GetStock, async () => (await clock.sleep(900), 3)],
      [GetProducts, (_query, { timeout, detached }) => (budgets.push([timeout, detached]), never())],
    ])();
    await clock.advance(900);
    await clock.advance(4_100);
    expect(await answered).toMatchObject({ data: { stock: 3 }, parts: { products: 'omitted' } });
    expect(budgets).toEqual([[4_100, true]]);
  });

  it('fails the whole with a code where it must not be missing', async () => {
    const plan = page.part('products', products).part('stock', stock).build();
    const answered = run(plan, [[GetOrder, never]])();
    const refused = expect(answered).rejects.toMatchObject({
      code: 'COMPOSITION_PART_LATE',
      retryable: true,
      details: { query: 'GetPage', part: 'order' },
    });
    await clock.advance(5_000);
    await refused;
  });

  it('is not asked when the time of the whole is over', async () => {
    const plan = compose(GetPage, { within: '1s' })
      .part('stock', { ...stock, otherwise: { default: 0 } })
      .part('order', { ...order, after: ['stock'] })
      .part('products', products)
      .build();
    const asked: string[] = [];
    const answered = run(plan, [
      [GetStock, never],
      [GetOrder, () => asked.push('order')],
      [GetProducts, () => []],
    ])();
    const refused = expect(answered).rejects.toMatchObject({
      code: 'COMPOSITION_PART_LATE',
      message: expect.stringContaining('was not asked'),
    });
    await clock.advance(1_000);
    await refused;
    expect(asked).toEqual([]);
  });

  it('is let go when nobody wants the answer any more', async () => {
    const over = new AbortController();
    const answered = run(late(), [[GetOrder, never]], { signal: over.signal })();
    const refused = expect(answered).rejects.toThrow('gone');
    await clock.advance(1);
    over.abort(new Error('gone'));
    await refused;
    expect(clock.sleeping).toBe(0);
  });
});

describe('the cache of a part', () => {
  // #region cache
  const cached = compose(GetPage)
    .part('order', { ask: ({ id }) => new GetOrder(id), otherwise: 'fail' })
    .part('products', {
      after: ['order'],
      ask: (_page, { order }) => new GetProducts(order.skus),
      within: '200ms',
      otherwise: 'omit',
      cache: { for: '10s', entries: 5_000, scope: 'tenant' },
    })
    .part('stock', { ask: () => new GetStock(), otherwise: { default: 0 }, rejections: 'fail' })
    .build();
  // #endregion
  const counting = (): { answers: Answers; asked: () => number; fail: (error?: Error) => void } => {
    let asked = 0;
    let failure: Error | undefined;
    const answers: Answers = [
      [GetOrder, () => ORDER],
      [GetProducts, () => (asked++, failure === undefined ? [`answer ${asked}`] : Promise.reject(failure))],
      [GetStock, () => 3],
    ];
    return { answers, asked: () => asked, fail: (error) => (failure = error) };
  };

  it('answers for its time, as complete', async () => {
    const { answers, asked } = counting();
    const ask = run(cached, answers);
    expect(await ask()).toMatchObject({ complete: true, parts: { products: 'complete' } });
    await clock.advance(9_999);
    expect(await ask()).toMatchObject({ data: { products: ['answer 1'] }, complete: true, parts: { products: 'cached' } });
    await clock.advance(1);
    expect(await ask()).toMatchObject({ data: { products: ['answer 2'] }, parts: { products: 'complete' } });
    expect(asked()).toBe(2);
  });

  it('keeps no failures, and what came late', async () => {
    const { answers, asked, fail } = counting();
    const ask = run(cached, answers);
    fail(new Error('down'));
    await ask();
    fail();
    expect(await ask()).toMatchObject({ data: { products: ['answer 2'] }, parts: { products: 'complete' } });
    expect(asked()).toBe(2);

    const slow = run(cached, [
      [GetOrder, () => ORDER],
      [GetProducts, async () => (await clock.sleep(500), ['slow'])],
    ]);
    const late = slow();
    await clock.advance(500);
    expect(await late).toMatchObject({ parts: { products: 'omitted' } });
    expect(await slow()).toMatchObject({ data: { products: ['slow'] }, parts: { products: 'cached' } });
  });

  it('is passed over where the answer must be at least as new as a token', async () => {
    const given: unknown[] = [];
    const answers: Answers = [
      [GetOrder, (_query, { atLeast, within }) => (given.push([atLeast, within]), ORDER)],
      [GetProducts, (_query, { atLeast, within }) => (given.push([atLeast, within]), ['new'])],
      [GetStock, () => 3],
    ];
    const ask = run(cached, answers, { options: { atLeast: 'token', within: '1s' } });
    await ask();
    expect(await ask()).toMatchObject({ parts: { products: 'complete' } });
    expect(given).toEqual(Array.from({ length: 4 }, () => [['token'], '1s']));
  });

  it('serves a part that does not care for tokens, which then gets none', async () => {
    const given: unknown[] = [];
    const plan = page
      .part('products', { ...products, consistency: 'ignore', cache: { for: '10s', scope: 'everyone' } })
      .part('stock', stock)
      .build();
    const answers: Answers = [
      [GetOrder, () => ORDER],
      [GetProducts, (_query, options) => (given.push('atLeast' in options), ['one'])],
    ];
    const ask = run(plan, answers, { options: { atLeast: ['token', undefined] } });
    await ask();
    expect(await ask()).toMatchObject({ parts: { products: 'cached' } });
    expect(given).toEqual([false]);
  });
});
