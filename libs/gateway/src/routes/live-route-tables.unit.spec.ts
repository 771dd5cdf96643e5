import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';
import type { Endpoint, ServiceInstance } from '@minos/discovery';
import type { RouteTable } from '../contracts/routes.js';
import { LiveRouteTables } from './live-route-tables.js';
import { AUTHENTICATED, endpoint, instance, route, segmentsOf, snapshot } from './routes-kit.js';

const ADMINS = { public: false, roles: ['admin'], permissions: [] };

let clock: VirtualClock;
let tables: LiveRouteTables;

beforeEach(() => {
  clock = new VirtualClock();
  tables = new LiveRouteTables({ clock });
});

function found(path: string, method = 'GET', table: RouteTable = tables.current) {
  const match = table.match(method, segmentsOf(path));
  return match.kind === 'found' ? match.route : undefined;
}

const set = (...instances: readonly ServiceInstance[]): boolean => tables.update(snapshot(...instances));
const lines = (table: RouteTable): string[] => table.routes.map(({ method, path, service }) => `${service}: ${method} ${path}`).sort();

describe('a snapshot', () => {
  it('becomes a table, and the one before stays as it was', () => {
    const before = tables.current;
    expect(set(instance('order/1', [endpoint('GET /orders/{id}')]))).toBe(true);
    expect(found('/orders/7')).toMatchObject({
      service: 'order',
      method: 'GET',
      repeatable: true,
      timeoutMs: undefined,
      access: [AUTHENTICATED],
    });
    expect(before.routes).toEqual([]);
  });

  it('that changes no route leaves the table as it is, whatever instances come and go', () => {
    const endpoints = [endpoint('GET /orders')];
    set(instance('order/1', endpoints));
    const table = tables.current;
    expect(set(instance('order/1', structuredClone(endpoints)), instance('order/2', structuredClone(endpoints)))).toBe(false);
    expect(tables.current).toBe(table);
  });

  it('builds only where routes changed', () => {
    const orders = instance('order/1', [endpoint('GET /orders')]);
    set(orders, instance('product/1', [endpoint('GET /products')]));
    const before = found('/orders');
    set(orders, instance('product/2', [endpoint('GET /products'), endpoint('GET /products/{sku}')]));
    expect(found('/orders')).toBe(before);
    expect(found('/products/a')).toMatchObject({ service: 'product' });
  });

  it('says by its method what may be sent again, unless it says so itself', () => {
    set(instance('order/1', [endpoint('POST /a'), endpoint('PUT /b'), endpoint('POST /c', { repeatable: true, timeoutMs: 50 })]));
    expect([found('/a', 'POST')?.repeatable, found('/b', 'PUT')?.repeatable, found('/c', 'POST')]).toMatchObject([
      false,
      true,
      { repeatable: true, timeoutMs: 50 },
    ]);
  });
});

describe('a service whose instances differ', () => {
  it('is asked only where the route is, by whom every release allows', () => {
    const first = instance('order/1', [endpoint('GET /orders', { access: ADMINS }), endpoint('GET /old')]);
    const second = instance('order/2', [endpoint('GET /orders'), endpoint('GET /new/{id}', { timeoutMs: 5 })]);
    set(first, second);
    expect(found('/orders')).toMatchObject({ instances: undefined, access: [ADMINS, AUTHENTICATED] });
    expect([found('/old')?.instances, found('/new/1')?.instances]).toEqual([new Set(['order/1']), new Set(['order/2'])]);
    set(second);
    expect(found('/orders')?.access).toEqual([AUTHENTICATED]);
    expect(found('/new/1')?.instances).toBeUndefined();
    expect(found('/old')).toBeUndefined();
  });

  it('does not count those that leave, unless nobody else is there', () => {
    const leaving = instance('order/1', [endpoint('GET /old')], 'draining');
    set(leaving, instance('order/2', [endpoint('GET /new')]));
    expect([found('/old'), found('/new')?.service]).toEqual([undefined, 'order']);
    set(leaving);
    expect(found('/old')?.service).toBe('order');
  });

  it('keeps a set of instances up to date', () => {
    const old = [endpoint('GET /old')];
    set(instance('order/1', old), instance('order/2'));
    set(instance('order/1', old), instance('order/3', old), instance('order/2'));
    expect(found('/old')?.instances).toEqual(new Set(['order/1', 'order/3']));
  });
});

it('takes in what others declare where one declares nonsense', () => {
  const nonsense = [
    null,
    7,
    { method: 1, path: { a: 1 }, access: null },
    endpoint('GET /ok', { timeoutMs: -1, repeatable: 'yes' as never }),
  ];
  const all = [instance('a/1', nonsense as never), instance('b/1', 'GET /b' as never), instance('c/1', [endpoint('GET /c')])];
  set(...all);
  set(...structuredClone(all), instance('d/1', [endpoint('GET /d')]));
  expect(lines(tables.current)).toEqual(['a: GET /ok', 'c: GET /c', 'd: GET /d']);
  expect(found('/ok')).toMatchObject({ timeoutMs: undefined, repeatable: false });
});

it('keeps the routes of a service whose instances are all gone for a while, so that 503 is the answer and not 404', async () => {
  set(instance('order/1', [endpoint('GET /orders')]));
  set();
  await clock.advance(15 * 60_000 - 1);
  set();
  expect(found('/orders')?.service).toBe('order');
  await clock.advance(1);
  set();
  expect(found('/orders')).toBeUndefined();
});

describe('one shape of two services', () => {
  it('belongs to the first in the snapshot, and the other one is reported', () => {
    set(
      instance('order/1', [endpoint('GET /orders/{id}')]),
      instance('thief/1', [endpoint('GET /Orders/{key}'), endpoint('POST /orders/{id}')]),
    );
    expect([found('/orders/7')?.service, found('/orders/7', 'POST')?.service]).toEqual(['order', 'thief']);
    expect(tables.current.conflicts).toEqual([{ method: 'GET', path: '/Orders/{key}', service: 'thief', reason: 'owned', owner: 'order' }]);
  });

  it('belongs to who had it before, wherever it stands', () => {
    const orders = instance('order/1', [endpoint('GET /orders')]);
    set(instance('thief/1', [endpoint('GET /else')]), orders);
    set(instance('thief/1', [endpoint('GET /orders'), endpoint('* /orders'), endpoint('HEAD /orders')]), orders);
    expect([found('/orders')?.service, found('/orders', 'HEAD')?.service, found('/orders', 'PUT')]).toEqual(['order', 'order', undefined]);
    expect(tables.current.conflicts.map(({ method }) => method)).toEqual(['GET', '*', 'HEAD']);
  });

  it('belongs to the configuration', () => {
    tables = new LiveRouteTables({ clock, routes: [route('* /orders', { service: 'order', source: 'configured', access: [ADMINS] })] });
    set(instance('thief/1', [endpoint('GET /orders')]), instance('order/1', [endpoint('GET /orders'), endpoint('GET /orders/{id}')]));
    expect([found('/orders'), found('/orders/1')]).toMatchObject([{ source: 'configured', access: [ADMINS] }, { source: 'registry' }]);
    expect(tables.current.conflicts.map(({ service }) => service)).toEqual(['thief']);
  });
});

it('is the same after any changes as when made from the last snapshot at once, but for who came first', () => {
  const declared = fc.subarray(
    ['GET /a', 'GET /a/{id}', 'POST /a', 'GET /{x}', 'GET /b/{rest...}', 'GET /b', 'GET /health'].map((line) => endpoint(line)),
  );
  const prefixed = (service: string, endpoints: readonly Endpoint[]): readonly Endpoint[] =>
    endpoints.map((one) => ({ ...one, path: `/${service}${one.path}` }));
  const state = fc
    .tuple(declared, declared, declared)
    .map(([x, y, z]) => snapshot(instance('x/1', prefixed('x', x)), instance('x/2', prefixed('x', y)), instance('y/1', prefixed('y', z))));
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 6 }), (states) => {
      const changing = new LiveRouteTables({ clock });
      for (const one of states) changing.update(one);
      const fresh = new LiveRouteTables({ clock });
      fresh.update(states.at(-1) ?? snapshot());
      expect(lines(changing.current)).toEqual(lines(fresh.current));
      for (const path of ['/x/a', '/x/a/1', '/x/q', '/y/b', '/y/b/1/2', '/x/health'])
        expect(found(path, 'GET', changing.current)).toEqual(found(path, 'GET', fresh.current));
    }),
  );
});
