import { VirtualClock } from '@minos/common/testing';
import { AddressPolicy } from '../address/address-policy.js';
import { RegistryFeed } from '../feed/registry-feed.js';
import { MemoryRegistryStore } from '../memory/memory-registry-store.js';
import { type RegistryOptions, resolveRegistryOptions } from './registry-options.js';
import { Registry } from './registry.js';

const KEY = { service: 'order', instance: 'order-1' };
const ACCESS = { public: false, roles: [], permissions: [] };

describe('Registry', () => {
  let clock: VirtualClock;
  const create = (options: RegistryOptions = {}): Registry => {
    clock = new VirtualClock();
    const store = new MemoryRegistryStore(clock);
    const resolved = resolveRegistryOptions({ networks: ['10.0.0.0/8'], ...options }, false);
    return new Registry(
      { store, feed: new RegistryFeed(store, clock, { pollMs: 100 }), policy: new AddressPolicy(resolved.networks), clock },
      resolved,
    );
  };
  const body = (given: object = {}): object => ({
    address: 'http://10.0.0.1:80',
    version: '',
    metadata: {},
    endpoints: [],
    epoch: 1,
    ...given,
  });
  const route = (path: string, given: object = {}): object => ({ method: 'GET', path, access: ACCESS, ...given });

  it('answers how long a registration lasts, and how often to come back', async () => {
    expect(await create({ interval: '2s' }).register('order', KEY, body())).toMatchObject({ leaseMs: 9_000, heartbeatMs: 2_000 });
  });

  it.each([
    ['no object', [], 'body'],
    ['no address', { address: undefined }, 'address'],
    ['no epoch', { epoch: undefined }, 'epoch'],
    ['an epoch that is a time', { epoch: '2026-01-01' }, 'epoch'],
    ['an unknown name', { secret: 'x' }, 'secret'],
    ['metadata that is no text', { metadata: { a: 1 } }, 'metadata.a'],
    ['too much metadata', { metadata: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, ''])) }, 'metadata'],
    ['a value that is too long', { metadata: { a: 'x'.repeat(513) } }, 'metadata.a'],
    ['text that is none', { version: '1\n2' }, 'version'],
    ['half of a character', { version: '\ud800' }, 'version'],
    ['endpoints that are no list', { endpoints: {} }, 'endpoints'],
    ['a path with an escape', { endpoints: [route('/a%2f..')] }, 'endpoints[0].path'],
    ['a page of every service', { endpoints: [route('/metrics')] }, 'endpoints[0].path'],
    ['a path that is too long', { endpoints: [route(`/${'x'.repeat(256)}`)] }, 'endpoints[0].path'],
    ['no access', { endpoints: [{ method: 'GET', path: '/a' }] }, 'endpoints[0].access'],
    ['access by half', { endpoints: [route('/a', { access: { public: true } })] }, 'endpoints[0].access.roles'],
    ['a time-out that is none', { endpoints: [route('/a', { timeoutMs: 0 })] }, 'endpoints[0].timeoutMs'],
    ['one route twice', { endpoints: [route('/a/{x}'), route('/a/{y}')] }, 'endpoints[1]'],
  ])('refuses %s, and names the place', async (_, given, path) => {
    const sent = Array.isArray(given) ? given : body(given);
    await expect(create().register('order', KEY, sent)).rejects.toMatchObject({
      code: 'REGISTRATION_INVALID',
      details: { issues: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });

  it('refuses names that are none', async () => {
    for (const instance of ['', '../x', 'a b', 'x'.repeat(129), 'ä']) {
      await expect(create().register('order', { ...KEY, instance }, body())).rejects.toMatchObject({ code: 'REGISTRATION_INVALID' });
    }
    await expect(create().register('Order', { ...KEY, service: 'Order' }, body())).rejects.toMatchObject({ code: 'REGISTRATION_INVALID' });
  });

  it('has limits: endpoints, instances, registrations in a time', async () => {
    const many = Array.from({ length: 4 }, (_, index) => route(`/r${index}`));
    await expect(create({ endpointsPerInstance: 3 }).register('order', KEY, body({ endpoints: many }))).rejects.toMatchObject({
      code: 'REGISTRATION_INVALID',
    });
    const few = create({ instancesPerService: 1 });
    await few.register('order', KEY, body());
    await expect(few.register('order', { ...KEY, instance: 'b' }, body({ address: 'http://10.0.0.2:80' }))).rejects.toMatchObject({
      code: 'REGISTRY_QUOTA',
    });
    const slow = create({ registrationsPerSecond: 1 });
    for (let index = 0; index < 10; index++) await slow.register('order', KEY, body());
    await expect(slow.register('order', KEY, body())).rejects.toMatchObject({ code: 'REGISTRY_BUSY', retryable: true });
    await slow.register('product', { service: 'product', instance: 'p' }, body());
    await clock.advance(1_000);
    await slow.register('order', KEY, body());
  });

  it('lets operators alone free a route', async () => {
    const registry = create({ operators: ['operator'] });
    await registry.register('order', KEY, body({ endpoints: [route('/orders/{id}')] }));
    const thief = () =>
      registry.register(
        'product',
        { service: 'product', instance: 'p' },
        body({ endpoints: [route('/orders/{x}')], address: 'http://10.0.0.2:80' }),
      );
    await expect(thief()).rejects.toMatchObject({ code: 'ROUTE_OWNED', details: { owner: 'order', path: '/orders/{id}' } });
    await expect(registry.freeRoute('product', 'GET', '/orders/{id}')).rejects.toMatchObject({ code: 'NOT_YOUR_SERVICE' });
    expect(await registry.freeRoute('operator', 'get', '/orders/{whatever}')).toBe(true);
    expect(await registry.freeRoute('operator', 'get', '/orders/{whatever}')).toBe(false);
    await thief();
  });

  it('says which route is in the way, whose it is, and what to do', async () => {
    const registry = create({ openRoutes: ['GET /{page...}'] });
    const endpoints = [route('/auth/oidc/{provider}/callback')];
    await registry.register('auth', { service: 'auth', instance: 'a' }, body({ endpoints }));
    const other = (service: string, path: string) =>
      registry.register(service, { service, instance: service }, body({ endpoints: [route(path)], address: `http://10.0.0.2:80` }));
    await expect(other('stranger', '/auth/oidc/acme/callback')).rejects.toMatchObject({
      code: 'ROUTE_OWNED',
      message: expect.stringMatching(
        /GET \/auth\/oidc\/acme\/callback .*"auth": GET \/auth\/oidc\/\{provider\}\/callback.*DELETE \/registry\/routes\?method=GET&path=%2Fauth.*openRoutes/,
      ),
      details: { owner: 'auth', asked: 'GET /auth/oidc/acme/callback' },
    });
    await other('site', '/{path...}');
    await expect(other('second-site', '/{path...}')).rejects.toMatchObject({ code: 'ROUTE_OWNED', details: { owner: 'site' } });
  });

  it('says of options what does not fit', () => {
    expect(() => resolveRegistryOptions({ networks: ['10.0.0.0'], probePath: 'health', interval: '1ms' })).toThrow(
      /interval.*probePath.*networks\[0\]/s,
    );
    for (const openRoute of ['/x', 'get /x', 'GET x', 'GET /a/{b...}/c', 'GET /x /y', ''])
      expect(() => resolveRegistryOptions({ openRoutes: [openRoute] })).toThrow(/openRoutes\[0\]/);
    expect(resolveRegistryOptions({ openRoutes: ['* /', 'GET /{path...}'] }).openRoutes).toHaveLength(2);
    expect(resolveRegistryOptions({}, true).networks).not.toContain('127.0.0.0/8');
    expect(resolveRegistryOptions({}, false)).toMatchObject({ interval: 5_000, lease: 22_500, probeTimeout: 1_250 });
  });
});
