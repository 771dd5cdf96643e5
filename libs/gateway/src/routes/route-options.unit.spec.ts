import { resolveRoutes, type RouteOptions } from './route-options.js';
import { parametersOf, upstreamPath } from './upstream-path.js';
import fc from 'fast-check';

// #region routes
const routes: readonly RouteOptions[] = [
  { path: '/catalogue/{sku}', method: 'GET', service: 'product', rewrite: '/products/{sku}', access: { public: true } },
  { path: '/reports/{path...}', service: 'reports', access: { roles: ['clerk'] }, timeout: '30s', policy: 'slow' },
];
// #endregion

it('is written as in the documentation', () => {
  const [catalogue, reports] = resolveRoutes(routes);
  expect(catalogue).toMatchObject({ access: [{ public: true, roles: [], permissions: [] }], repeatable: true });
  expect(upstreamPath({ rewrite: catalogue?.rewrite }, ['catalogue', 'a 1'])).toBe('/products/a%201');
  expect(reports).toMatchObject({ method: '*', timeoutMs: 30_000, policy: 'slow', access: [{ public: false, roles: ['clerk'] }] });
});

const pathOf = (path: string, rewrite: string, segments: readonly string[]): string => {
  const [route] = resolveRoutes([{ path, rewrite, service: 'order' }]);
  return upstreamPath({ rewrite: route?.rewrite }, segments);
};

describe('a configured route', () => {
  it('asks for an authenticated caller where it does not say who may call', () => {
    expect(resolveRoutes([{ path: '/orders', service: 'order' }])).toEqual([
      {
        path: '/orders',
        method: '*',
        service: 'order',
        access: [{ public: false, roles: [], permissions: [] }],
        repeatable: false,
        timeoutMs: undefined,
        policy: undefined,
        instances: undefined,
        rewrite: undefined,
        source: 'configured',
      },
    ]);
  });

  it('takes what is said', () => {
    const [route] = resolveRoutes([
      { path: '/a', method: 'GET', service: 'x', access: { roles: ['admin'] }, timeout: '2s', policy: 'slow', repeatable: false },
    ]);
    expect(route).toMatchObject({
      method: 'GET',
      access: [{ public: false, roles: ['admin'], permissions: [] }],
      timeoutMs: 2_000,
      policy: 'slow',
      repeatable: false,
    });
    expect(resolveRoutes([{ path: '/a', method: 'GET', service: 'x' }])[0]?.repeatable).toBe(true);
  });

  it.each([
    [{ path: 'orders', service: 'order' }, 'routes[0].path: orders does not begin with a slash'],
    [{ path: '/a', service: 'order', method: 'get' }, 'routes[0].method: found "get"; give a method in capitals, or \'*\''],
    [{ path: '/a', service: 'order', acess: {} }, 'routes[0].acess: there is no such option; did you mean "access"?'],
    [{ path: '/a', service: 'order', access: { role: [] } }, 'routes[0].access.role: there is no such option; did you mean "roles"?'],
    [
      { path: '/a/{id}', service: 'order', rewrite: '/b/{key}' },
      'routes[0].rewrite: /b/{key} has a parameter that /a/{id} has not, in segment 2',
    ],
    [{ path: '/a/{id}', service: 'order', rewrite: '/b/{id...}' }, 'routes[0].rewrite: /b/{id...} has a parameter that /a/{id} has not'],
  ])('that does not fit is refused with the place: %j', (given, message) => {
    expect(() => resolveRoutes([given as never])).toThrow(message);
  });
});

describe('the path that a service is asked for', () => {
  it('is rewritten', () => {
    expect(pathOf('/api/orders/{id}/lines/{line}', '/v2/{line}/of/{id}', ['api', 'orders', '7', 'lines', '3'])).toBe('/v2/3/of/7');
    expect(pathOf('/files/{path...}', '/{path...}', ['files', 'a', 'b c'])).toBe('/a/b%20c');
    expect(pathOf('/home', '/', ['home'])).toBe('/');
  });

  it('has one spelling, which is read as the segments that were authorised', () => {
    expect(upstreamPath({ rewrite: undefined }, [])).toBe('/');
    expect(upstreamPath({ rewrite: undefined }, ['a:b@c', "!$&'()*+,;=", 'ä?#%', '~x'])).toBe("/a:b@c/!$&'()*+,%3B=/%C3%A4%3F%23%25/~x");
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (segments) => {
        const path = upstreamPath({ rewrite: undefined }, segments);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
        expect(path).not.toMatch(/[?#\\;]/);
        expect(path.slice(1).split('/').map(decodeURIComponent)).toEqual(segments);
      }),
    );
  });

  it('gives parameters by name', () => {
    expect(parametersOf({ path: '/a/{id}/{path...}' }, ['a', '7', 'x', 'y'])).toEqual({ id: '7', path: ['x', 'y'] });
  });
});
