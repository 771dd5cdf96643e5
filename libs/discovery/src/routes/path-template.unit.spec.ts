import { isOwnPath, shapeOf, templateFault } from './path-template.js';

describe('path templates', () => {
  it('are segments, parameters, and a rest at the end', () => {
    for (const path of [
      '/',
      '/orders',
      '/orders/{id}',
      '/orders/{id}/events',
      '/files/{path...}',
      '/a-b/~c/@d/1.0',
      '/.well-known/jwks.json',
    ])
      expect([path, templateFault(path)]).toEqual([path, undefined]);
  });

  it.each([
    ['orders', 'does not begin with /'],
    ['', 'does not begin with /'],
    ['/orders/', 'has an empty segment'],
    ['//orders', 'has an empty segment'],
    ['/../auth', 'has the segment ..'],
    ['/./auth', 'has the segment .'],
    ['/files/{path...}/x', 'goes on behind {path...}'],
    ['/a%2Fb', '"a%2Fb"'],
    ['/a\\b', 'neither plain text'],
    ['/a?b', 'neither plain text'],
    ['/{}', 'neither plain text'],
    ['/{a}{b}', 'neither plain text'],
    ['/x{a}', 'neither plain text'],
    ['/é', 'neither plain text'],
  ])('refuse %s', (path, fault) => {
    expect(templateFault(path)).toContain(fault);
  });

  it('have one shape, whatever the parameters are called', () => {
    expect(shapeOf('/orders/{id}/events')).toBe(shapeOf('/orders/{orderId}/events'));
    expect(shapeOf('/files/{path...}')).toBe('/files/{...}');
    // The gateway matches paths whatever their case: a service must not get by with capitals what belongs to another.
    expect(shapeOf('/AUTH/Login')).toBe(shapeOf('/auth/login'));
    expect(shapeOf('/files/{path}')).not.toBe(shapeOf('/files/{path...}'));
  });

  it('know what every service has for itself', () => {
    for (const path of [
      '/health',
      '/health/ready',
      '/metrics',
      '/docs',
      '/docs-json',
      '/docs/x',
      '/minos/sagas',
      '/registry/watch',
      '/Health/live',
    ])
      expect([path, isOwnPath(path)]).toEqual([path, true]);
    for (const path of ['/', '/healthy', '/orders/health', '/auth/login', '/.well-known/jwks.json'])
      expect([path, isOwnPath(path)]).toEqual([path, false]);
  });
});
