import { MinosError } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';
import type { ComposedOutcome, FetchPart, PartAnswer, PartRequest } from '../contracts/compose.js';
import { LiveRouteTables } from '../routes/live-route-tables.js';
import { composeParts, type ComposeDeadline } from './compose-parts.js';
import { type ComposedPartOptions, type ComposedRouteOptions, resolveComposedRoutes } from './composed-route.options.js';
import { target } from './target.js';

let clock: VirtualClock;
let asked: PartRequest[];
let answers: Record<string, PartAnswer | Error | 'never'>;

beforeEach(() => {
  clock = new VirtualClock();
  asked = [];
  answers = {};
});

const fetchPart: FetchPart = async (request) => {
  asked.push(request);
  const answer = answers[request.part];
  if (answer === undefined || answer === 'never') return new Promise(() => undefined);
  if (answer instanceof Error) throw answer;
  return answer;
};

const ok = (body: unknown): PartAnswer => ({ status: 200, body });
const ask = (): string => '/x';

type Parts = Readonly<Record<string, ComposedPartOptions>>;

function run(parts: Parts, deadline: Partial<ComposeDeadline> = {}, more: Partial<ComposedRouteOptions> = {}): Promise<ComposedOutcome> {
  const [route] = resolveComposedRoutes([{ path: '/pages/{id}', parts, ...more }]);
  if (route === undefined) throw new Error('unreachable');
  const request = { parameters: { id: '7' }, query: new URLSearchParams('full=1') };
  return composeParts(route, request, { clock, fetchPart }, { milliseconds: 60_000, ...deadline });
}

const PAGE: Parts = {
  order: { ask: ({ parameters, query }) => target`/orders/${String(parameters['id'])}?full=${query.get('full') ?? ''}`, otherwise: 'fail' },
  products: {
    after: ['order'],
    ask: (_, { order }) => target`/products?skus=${(order as { skus: string[] }).skus}`,
    within: '800ms',
    otherwise: 'omit',
  },
  stock: { ask: () => '/stock', otherwise: { default: [] } },
};

describe('a composed route', () => {
  it('answers with all parts', async () => {
    answers = { order: ok({ skus: ['a b', 'c'] }), products: ok([1]), stock: ok(null) };
    expect(await run(PAGE)).toEqual({
      kind: 'composed',
      body: {
        data: { order: { skus: ['a b', 'c'] }, products: [1], stock: null },
        complete: true,
        parts: { order: 'complete', products: 'complete', stock: 'complete' },
        reasons: {},
      },
    });
    expect(asked.map(({ target: path }) => path)).toEqual(['/orders/7?full=1', '/stock', '/products?skus=a%20b,c']);
    expect(clock.sleeping).toBe(0);
  });

  it('goes without a part, or with its default, and says why', async () => {
    answers = {
      order: ok({ skus: [] }),
      products: { status: 409, body: { code: 'catalogue.closed' } },
      stock: { status: 503, body: '<html>' },
    };
    expect(await run(PAGE)).toMatchObject({
      body: {
        data: { order: { skus: [] }, stock: [] },
        complete: false,
        parts: { order: 'complete', products: 'omitted', stock: 'default' },
        reasons: { products: 'catalogue.closed', stock: 'HTTP_503' },
      },
    });
  });

  it('lets a part go that is late, and those after it', async () => {
    answers = { order: ok({ skus: [] }), products: 'never', stock: ok([]) };
    const answer = run({ ...PAGE, reviews: { after: ['products'], ask, otherwise: 'omit' } });
    await clock.advance(800);
    expect(await answer).toMatchObject({
      body: {
        parts: { products: 'omitted', reviews: 'omitted' },
        reasons: { products: 'COMPOSITION_PART_LATE', reviews: 'COMPOSITION_PART_LATE' },
      },
    });
    expect(asked.map(({ part, signal }) => [part, signal.aborted])).toEqual([
      ['order', true],
      ['stock', true],
      ['products', true],
    ]);
  });

  it('fails at once with the answer of a part that must not be missing, and asks for nothing more', async () => {
    const gone = { status: 404, body: { code: 'order.unknown' } };
    answers = { order: gone, stock: 'never' };
    expect(await run(PAGE)).toEqual({ kind: 'failed', part: 'order', answer: gone });
    expect(asked.map(({ part }) => part)).toEqual(['order', 'stock']);
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('tells rejections from failures where a part says so', async () => {
    const parts: Parts = { one: { ask, otherwise: 'omit', rejections: 'fail' } };
    answers = { one: { status: 403, body: undefined } };
    expect(await run(parts)).toMatchObject({ kind: 'failed', answer: { status: 403 } });
    answers = { one: { status: 500, body: undefined } };
    expect(await run(parts)).toMatchObject({ kind: 'composed', body: { reasons: { one: 'HTTP_500' } } });
  });

  it.each<[Partial<ComposeDeadline>, Partial<ComposedRouteOptions>]>([
    [{ milliseconds: 300 }, {}],
    [{}, { within: '300ms' }],
  ])('is late where an essential part is not there at the end of its time: %j %j', async (deadline, more) => {
    const answer = run({ one: { ask, otherwise: 'fail' } }, deadline, more);
    await clock.advance(299);
    expect(asked[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(await answer).toMatchObject({ kind: 'late', part: 'one' });
    expect(asked[0]).toMatchObject({ milliseconds: 300 });
  });

  it('rejects with the reason of whoever stops it', async () => {
    const left = new AbortController();
    const answer = run(PAGE, { signal: left.signal });
    left.abort(new Error('The client left.'));
    await expect(answer).rejects.toThrow('The client left.');
    await expect(run(PAGE, { signal: left.signal })).rejects.toThrow('The client left.');
  });

  it('gives the code of an error, and copies of its default', async () => {
    class Away extends MinosError {
      readonly code = 'AWAY';
      readonly retryable = true;
    }
    const fallback = { list: [] };
    answers = { one: new Away('away'), two: new Error('?'), three: ok(1) };
    const parts: Parts = {
      one: { ask, otherwise: { default: fallback } },
      two: { ask, otherwise: 'omit' },
      three: { ask: () => 'no path', otherwise: 'omit' },
    };
    const outcome = await run(parts);
    expect(outcome).toMatchObject({ body: { data: { one: fallback }, reasons: { one: 'AWAY', two: 'FAULT', three: 'FAULT' } } });
    expect(outcome.kind === 'composed' && outcome.body.data['one']).not.toBe(fallback);
  });

  it('says of each part what became of it, in whatever order they end', async () => {
    const step = fc.record({
      after: fc.boolean(),
      delay: fc.nat(1_500),
      status: fc.constantFrom(200, 404, 503),
      otherwise: fc.constantFrom('omit' as const, { default: 'd' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        clock = new VirtualClock();
        const parts: Parts = Object.fromEntries(
          steps.map(({ after, otherwise }, at) => [`p${at}`, { ask, otherwise, after: after && at > 0 ? [`p${at - 1}`] : [] }]),
        );
        const [route] = resolveComposedRoutes([{ path: '/a', within: '1s', parts }]);
        if (route === undefined) throw new Error('unreachable');
        const slow: FetchPart = async ({ part, signal }) => {
          const { delay, status } = steps[Number(part.slice(1))] ?? { delay: 0, status: 200 };
          await clock.sleep(delay, signal);
          return { status, body: part };
        };
        const answer = composeParts(
          route,
          { parameters: {}, query: new URLSearchParams() },
          { clock, fetchPart: slow },
          { milliseconds: 5_000 },
        );
        await clock.advance(1_000);
        const outcome = await answer;
        if (outcome.kind !== 'composed') throw new Error(outcome.kind);
        const { data, parts: states, reasons, complete } = outcome.body;
        const names = Object.keys(parts);
        expect(Object.keys(states)).toEqual(names);
        for (const name of names) {
          expect(name in data).toBe(states[name] !== 'omitted');
          expect(name in reasons).toBe(states[name] !== 'complete');
        }
        expect(complete).toBe(Object.keys(reasons).length === 0);
        expect(clock.sleeping).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

// #region composed
const composed: readonly ComposedRouteOptions[] = [
  {
    path: '/pages/orders/{id}',
    within: '2s',
    parts: {
      order: { ask: ({ parameters }) => target`/orders/${String(parameters['id'])}`, otherwise: 'fail' },
      products: {
        after: ['order'],
        ask: (_, { order }) => target`/products?skus=${(order as OrderAnswer).lines.map(({ sku }) => sku)}`,
        within: '800ms',
        otherwise: 'omit',
      },
      notices: { ask: () => '/notices', otherwise: { default: [] } },
    },
  },
];
// #endregion

interface OrderAnswer {
  readonly lines: readonly { readonly sku: string }[];
}

it('is written as in the documentation', async () => {
  const [page] = resolveComposedRoutes(composed);
  answers = { order: ok({ lines: [{ sku: 'a' }, { sku: 'b' }] }), products: ok(['A', 'B']), notices: new Error('away') };
  const request = { parameters: { id: '7' }, query: new URLSearchParams() };
  const outcome = page && (await composeParts(page, request, { clock, fetchPart }, { milliseconds: 60_000 }));
  expect(outcome).toMatchObject({ body: { data: { products: ['A', 'B'], notices: [] }, reasons: { notices: 'FAULT' } } });
  expect(asked.map(({ target: path }) => path)).toEqual(['/orders/7', '/notices', '/products?skus=a,b']);
});

describe('composed routes', () => {
  it('stand in the table like others', () => {
    const [page] = resolveComposedRoutes([
      { path: '/pages/{id}', access: { roles: ['clerk'] }, policy: 'slow', parts: { one: { ask, otherwise: 'fail' } } },
    ]);
    const routes = page === undefined ? [] : [page.route];
    const match = new LiveRouteTables({ clock, routes }).current.match('HEAD', ['pages', '7']);
    expect(match.kind === 'found' && match.route).toBe(page?.route);
    expect(page?.route).toMatchObject({
      source: 'composed',
      service: 'gateway',
      policy: 'slow',
      access: [{ public: false, roles: ['clerk'] }],
    });
  });

  it.each([
    [{ path: 'pages', parts: { one: { ask, otherwise: 'fail' } } }, 'composed[0].path: pages does not begin with a slash'],
    [{ path: '/a', parts: {} }, 'composed[0].parts: found an object; give parts by their names, one at least'],
    [{ path: '/a', parts: { one: { otherwise: 'fail' } } }, 'composed[0].parts.one.ask: is missing'],
    [{ path: '/a', parts: { one: { ask, otherwise: 'skip' } } }, 'composed[0].parts.one.otherwise: found "skip"'],
    [
      { path: '/a', parts: { one: { ask, otherwise: 'omit', after: ['two'] }, two: { ask, otherwise: 'omit' } } },
      'composed[0].parts.one.after: there is no part "two" before it',
    ],
    [{ path: '/a', parts: { one: { ask, otherwise: { default: new Date() } } } }, 'composed[0].parts.one.otherwise: found an object'],
    [{ path: '/a', access: { role: 'x' }, parts: { one: { ask, otherwise: 'fail' } } }, 'composed[0].access.role: there is no such option'],
  ])('that do not fit are refused: %j', (given, message) => {
    expect(() => resolveComposedRoutes([given as never])).toThrow(message);
  });
});

describe('a target', () => {
  it('encodes what is put into it', () => {
    expect(target`/orders/${'a/b?c'}/${7}?skus=${['x&y', 'ä']}&all=${true}&none=${''}`).toBe(
      '/orders/a%2Fb%3Fc/7?skus=x%26y,%C3%A4&all=true&none=',
    );
  });

  it.each(['', '.', '..'])('refuses %j as a segment', (value) => {
    expect(() => target`/orders/${value}/events`).toThrow(TypeError);
  });
});
