import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';
import type { Route, RouteMatch, RouteTable } from '../contracts/routes.js';
import { LiveRouteTables } from './live-route-tables.js';
import { parseTemplate } from './path-template.js';
import { endpoint, instance, route, segmentsOf, snapshot } from './routes-kit.js';

function tableOf(lines: readonly string[]): RouteTable {
  return new LiveRouteTables({ clock: new VirtualClock(), routes: lines.map((line) => route(line, { source: 'configured' })) }).current;
}

function matched(table: RouteTable, line: string): string {
  const [method = '', path = ''] = line.split(' ');
  return shown(table.match(method, segmentsOf(path)));
}

function shown(match: RouteMatch): string {
  switch (match.kind) {
    case 'found':
      return `${match.route.method} ${match.route.path}`;
    case 'method-not-allowed':
      return `405 ${match.allow.join()}`;
    case 'not-found':
      return '404';
  }
}

describe('the route that answers', () => {
  it.each([
    ['GET /', 'GET /'],
    ['GET /orders', 'GET /orders'],
    ['GET /orders/7', 'GET /orders/{id}'],
    ['GET /orders/export', 'GET /orders/export'],
    ['GET /orders/7/events', 'GET /orders/{id}/events'],
    ['GET /orders/export/events', 'GET /orders/{id}/events'],
    ['GET /orders/export/other', 'GET /orders/{path...}'],
    ['GET /orders/7/events/1', 'GET /orders/{path...}'],
    ['GET /elsewhere', '* /{any...}'],
    ['PATCH /orders', '* /{any...}'],
  ])('to %s is %s', (request, expected) => {
    const lines = ['GET /orders/{path...}', 'GET /orders/{id}', 'GET /orders/export', 'GET /orders/{id}/events', 'GET /orders', 'GET /'];
    expect(matched(tableOf([...lines, '* /{any...}']), request)).toBe(expected);
  });

  it('of a method comes before GET for HEAD, and that before any method', () => {
    const table = tableOf(['* /a', 'GET /a', 'HEAD /b', 'GET /b', '* /c']);
    expect(['HEAD /a', 'PUT /a', 'HEAD /b', 'HEAD /c'].map((line) => matched(table, line))).toEqual(['GET /a', '* /a', 'HEAD /b', '* /c']);
  });

  it('is not hidden by a more specific one of another method', () => {
    expect(matched(tableOf(['GET /orders/export', 'POST /orders/{id}']), 'POST /orders/export')).toBe('POST /orders/{id}');
  });

  it('has at least one segment for the rest', () => {
    expect(matched(tableOf(['GET /files/{path...}']), 'GET /files')).toBe('404');
  });
});

describe('no route', () => {
  it('is said with the methods that there are', () => {
    const table = tableOf(['GET /orders/{id}', 'DELETE /orders/{id}', 'PUT /orders/export']);
    expect(matched(table, 'PATCH /orders/export')).toBe('405 DELETE,GET,HEAD,PUT');
    expect(matched(table, 'PATCH /orders/7')).toBe('405 DELETE,GET,HEAD');
    expect(matched(table, 'PATCH /elsewhere')).toBe('404');
  });

  it('is what a path has that differs in the case of letters: a service may take it for the stricter route', () => {
    const table = tableOf(['GET /orders/admin', 'GET /orders/{id}', 'GET /orders/{id}/events']);
    expect(['GET /orders/ADMIN', 'GET /ORDERS/7', 'GET /orders/admIn'].map((line) => matched(table, line))).toEqual(['404', '404', '404']);
    expect(matched(table, 'GET /orders/ADMIN/events')).toBe('GET /orders/{id}/events');
  });

  it.each([
    '/health',
    '/health/live',
    '/Health/ready',
    '/metrics',
    '/docs',
    '/docs-json',
    '/docs/openapi',
    '/minos/sagas',
    '/registry/watch',
  ])('leads to %s', (path) => {
    const greedy = tableOf(['* /{any...}', '* /{first}', '* /{first}/{second}', `GET ${path}`]);
    expect(matched(greedy, `GET ${path}`)).toBe('404');
    expect(matched(greedy, 'GET /order/health')).not.toBe('404');
  });

  it('leads to what auth offers to services', () => {
    const table = tableOf(['POST /auth/{what}', 'POST /auth/service-keys']);
    expect([matched(table, 'POST /auth/service-keys'), matched(table, 'POST /auth/login')]).toEqual(['404', 'POST /auth/{what}']);
    expect([matched(table, 'POST /auth/token'), matched(table, 'POST /auth/message-keys')]).toEqual(['404', '404']);
  });
});

describe('routes that are made to be slow', () => {
  const evil = (depth: number): string[] =>
    Array.from({ length: 2 ** depth }, (_, number) => {
      const parts = Array.from({ length: depth }, (__, bit) => ((number >> bit) & 1 ? 'a' : `{p${bit}}`));
      return `GET /evil/${parts.join('/')}/z`;
    });

  it('are not found where they would take too long, and nothing less specific answers instead', () => {
    const table = tableOf([...evil(11), 'GET /evil/{path...}', 'GET /orders/{id}']);
    const path = `/evil${'/a'.repeat(11)}`;
    expect(matched(table, `GET ${path}/z`)).toMatch(/^GET .*z$/);
    expect(matched(table, `GET ${path}/x`)).toBe('404');
    expect(matched(table, `PUT ${path}/z`)).toBe('404');
    expect(matched(table, 'GET /orders/7')).toBe('GET /orders/{id}');
  });

  it('are found up to a depth that nobody needs', () => {
    const table = tableOf([...evil(8), 'GET /evil/{path...}']);
    expect(matched(table, `GET /evil${'/a'.repeat(8)}/x`)).toBe('GET /evil/{path...}');
  });
});

describe('a template', () => {
  it.each(['orders', '/a//b', '/a/../b', '/a/./b', '/{a}/{a}', '/{rest...}/a', '/a{b}', '/a\\b', '/{}', `/${'a/'.repeat(40)}`, '/a\u0000'])(
    '%j is refused',
    (path) => {
      expect(typeof parseTemplate(path)).toBe('string');
    },
  );

  it('that the registry says and nobody can read is left out and reported', () => {
    const tables = new LiveRouteTables({ clock: new VirtualClock() });
    const bad = { ...endpoint('GET /c'), access: {} as never };
    const declared = [endpoint('GET /a//b'), endpoint('get /b'), bad, endpoint('GET /d')];
    tables.update(snapshot(instance('order/1', declared)));
    tables.update(snapshot(instance('order/1', structuredClone(declared))));
    expect(tables.current.conflicts.map(({ path, reason }) => [path, reason])).toEqual([
      ['/a//b', 'invalid'],
      ['/b', 'invalid'],
      ['/c', 'invalid'],
    ]);
    expect(tables.current.routes.map(({ path }) => path)).toEqual(['/d']);
  });
});

const SEGMENT = fc.constantFrom('a', 'b', 'A', 'health', 'docsx');
const PART = fc.oneof({ weight: 3, arbitrary: SEGMENT }, { weight: 2, arbitrary: fc.constant('{}') });
const METHOD = fc.constantFrom('GET', 'HEAD', 'POST', '*');
const TEMPLATE = fc
  .tuple(fc.array(PART, { maxLength: 4 }), fc.boolean())
  .map(
    ([parts, rest]) =>
      `/${[...parts, ...(rest ? ['{}'] : [])].map((part, at) => (part === '{}' ? nameOf(at, rest && at === parts.length) : part)).join('/')}`,
  );
const nameOf = (at: number, rest: boolean): string => (rest ? `{p${at}...}` : `{p${at}}`);

type Kind = 0 | 1 | 2;
const kindOf = (part: string): Kind => (part.startsWith('{') ? (part.includes('...') ? 2 : 1) : 0);

/** Goes through all routes: what the tree must agree with. */
function naive(routes: readonly Route[], method: string, segments: readonly string[]): string {
  const first = segments[0]?.toLowerCase() ?? '';
  if (['health', 'metrics', 'minos', 'registry'].includes(first) || first.startsWith('docs')) return '404';
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  const fits = (path: string, equal: (one: string, other: string) => boolean): boolean => {
    const parts = segmentsOf(path);
    const rest = parts.some((part) => kindOf(part) === 2);
    if (rest ? segments.length < parts.length : segments.length !== parts.length) return false;
    return parts.every((part, at) => kindOf(part) > 0 || equal(part, segments[at] ?? ''));
  };
  const exact = (one: string, other: string): boolean => one === other;
  const ranks = method === 'HEAD' ? ['HEAD', 'GET', '*'] : [method, '*'];
  const order = (one: Route, other: Route): number => {
    const [left, right] = [segmentsOf(one.path), segmentsOf(other.path)];
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      const difference = kindOf(left[at] ?? '') - kindOf(right[at] ?? '');
      if (difference !== 0) return difference;
    }
    return ranks.indexOf(one.method) - ranks.indexOf(other.method);
  };
  const [best] = routes.filter((one) => ranks.includes(one.method) && fits(one.path, same)).sort(order);
  if (best !== undefined) return fits(best.path, exact) ? `${best.method} ${best.path}` : '404';
  const others = new Set(routes.filter((one) => fits(one.path, exact)).map((one) => one.method));
  if (others.has('GET')) others.add('HEAD');
  return others.size === 0 ? '404' : `405 ${[...others].sort().join()}`;
}

it('agrees with a model that goes through all routes', () => {
  const declared = fc.array(fc.tuple(METHOD, TEMPLATE), { maxLength: 12 });
  const request = fc.tuple(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'), fc.array(SEGMENT, { maxLength: 5 }));
  fc.assert(
    fc.property(declared, fc.array(request, { minLength: 1, maxLength: 20 }), (lines, requests) => {
      const table = tableOf(lines.map(([method, path]) => `${method} ${path}`));
      for (const [method, segments] of requests) {
        expect(shown(table.match(method, segments))).toBe(naive(table.routes, method, segments));
      }
    }),
    { numRuns: 2_000 },
  );
});

it('does not depend on the order in which routes of different shapes are declared', () => {
  const declared = fc.uniqueArray(fc.tuple(METHOD, TEMPLATE), {
    maxLength: 10,
    selector: ([method, path]) => `${method} ${path.toLowerCase()}`,
  });
  fc.assert(
    fc.property(declared, fc.array(SEGMENT, { maxLength: 4 }), (lines, segments) => {
      const there = tableOf(lines.map((line) => line.join(' ')));
      const back = tableOf([...lines].reverse().map((line) => line.join(' ')));
      expect(shown(back.match('GET', segments))).toBe(shown(there.match('GET', segments)));
    }),
  );
});
