import assert from 'node:assert/strict';
import { globalRunner, type ContractRunner } from '@minos/common/testing';
import type { RegisterOutcome, RegisterRequest, RegistryStore, RouteClaim } from '../contracts/index.js';
import { claimsOf, routeKeyOf } from '../server/registration/route-claims.js';
import { registerRequest, type RegistryStoreUnderTest } from './registry-store-scene.js';

/** Routes such as `GET /orders/{id}`. */
function routes(...texts: readonly string[]): readonly RouteClaim[] {
  return texts.flatMap((text) => {
    const [method = '', path = ''] = text.split(' ');
    return claimsOf([{ method, path, access: { public: true, roles: [], permissions: [] } }]);
  });
}

/** The part of `registryStoreContract` that says which service gets which route. */
export function registryRoutesContract(
  name: string,
  create: () => RegistryStoreUnderTest | Promise<RegistryStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as what knows the owners of routes`, () => {
    let harness: RegistryStoreUnderTest;
    let store: RegistryStore;
    beforeEach(async () => {
      harness = await create();
      store = harness.store;
    });
    afterEach(() => harness.close?.());

    const ask = (service: string, texts: readonly string[], given: Partial<RegisterRequest> = {}): Promise<RegisterOutcome> =>
      store.register(
        registerRequest({ service, instance: `${service}-1`, address: `http://${service}:80`, routes: routes(...texts), ...given }),
      );
    const kindOf = async (service: string, ...texts: readonly string[]): Promise<string> => (await ask(service, texts)).kind;

    it('lets a route belong to the first service that registers it, whatever its parameters are called', async () => {
      assert.equal(await kindOf('order', 'GET /orders/{id}', '* /all'), 'registered');
      const [asked] = routes('GET /orders/{orderId}');
      const [owned] = routes('GET /orders/{id}');
      assert.ok(asked && owned);
      const taken = { kind: 'route-taken', conflict: { asked, owned: { ...owned, service: 'order' } } };
      assert.deepEqual(await ask('product', ['GET /orders/{orderId}']), taken);
      assert.deepEqual(await store.look({ downAfterMs: 3_600_000, leaseMs: 1_000 }).then((all) => all.map(({ service }) => service)), [
        'order',
      ]);
      for (const route of ['* /all', 'POST /all', '* /orders/{id}']) assert.equal(await kindOf('product', route), 'route-taken');
      assert.equal(await kindOf('product', 'POST /orders/{id}'), 'registered');
      const claims = (await store.routes()).map(({ method, path, service }) => `${service} ${method} ${path}`);
      assert.deepEqual(claims, ['order * /all', 'order GET /orders/{id}', 'product POST /orders/{id}']);
    });

    it('keeps a route for its service when its instances are gone, until it is freed', async () => {
      await ask('order', ['GET /orders/{id}']);
      await store.leave({ service: 'order', instance: 'order-1' }, 1);
      assert.equal(await kindOf('product', 'GET /orders/{id}'), 'route-taken');
      assert.equal(await store.freeRoute('GET', '/orders/{}'), true);
      assert.equal(await store.freeRoute('GET', '/orders/{}'), false);
      assert.equal(await kindOf('product', 'GET /orders/{id}'), 'registered');
      assert.equal((await ask('order', ['GET /orders/{id}'], { epoch: 2 })).kind, 'route-taken');
    });

    it('takes GET and HEAD of a shape for one route', async () => {
      await ask('order', ['GET /orders/{id}', 'HEAD /state']);
      for (const taken of ['HEAD /orders/{id}', 'GET /state']) assert.equal(await kindOf('product', taken), 'route-taken');
      assert.equal(await kindOf('order', 'GET /orders/{id}', 'HEAD /orders/{id}'), 'registered');
    });

    it('gives nobody a route that can match a request of another service, the more specific one first of all', async () => {
      await ask('auth', ['GET /auth/oidc/{provider}/callback', 'POST /auth/login', 'GET /files/{path...}', '* /']);
      const taken = [
        'GET /auth/oidc/acme/callback',
        'GET /AUTH/Oidc/acme/CALLBACK',
        'HEAD /auth/oidc/acme/callback',
        '* /auth/oidc/acme/callback',
        'GET /auth/oidc/{id}/{page}',
        'GET /{area}/oidc/acme/callback',
        'GET /auth/{rest...}',
        'POST /{rest...}',
        'POST /{area}/login',
        'GET /files/a',
        'GET /files/a/{b}/c',
        'GET /files/a/{b...}',
        'GET /{all}/{path...}',
        'PUT /',
      ];
      for (const route of taken) {
        const outcome = await ask('stranger', ['GET /free', route]);
        assert.equal(outcome.kind, 'route-taken', route);
        assert.equal(`${outcome.conflict.asked.method} ${outcome.conflict.asked.path}`, route);
        assert.equal(outcome.conflict.owned.service, 'auth');
      }
      const free = [
        'POST /auth/oidc/acme/callback',
        'GET /auth/oidc/acme',
        'GET /auth/oidc/acme/callback/{more...}',
        'GET /auth/login',
        'GET /files',
        'GET /{one}',
        'POST /{one}',
      ];
      assert.equal(await kindOf('stranger', ...free), 'registered');
    });

    it('refuses the wider route where others have more specific ones, and lets a service overlap with itself', async () => {
      await ask('order', ['GET /orders/{id}', 'GET /orders/latest', 'GET /orders/{path...}']);
      assert.equal(await kindOf('site', 'GET /{path...}'), 'route-taken');
      assert.equal(await kindOf('order', 'GET /orders/{id}', 'GET /orders/special', 'GET /{area}/latest'), 'registered');
    });

    it('lets others have more specific routes inside one that is open, but not the same', async () => {
      const openRoutes = [routeKeyOf('GET /{path...}')];
      await ask('order', ['GET /orders/{id}']);
      assert.equal((await ask('site', ['GET /{page...}'], { openRoutes })).kind, 'registered');
      assert.equal((await ask('product', ['GET /products/{sku}'], { openRoutes })).kind, 'registered');
      assert.equal((await ask('other', ['GET /{path...}'], { openRoutes })).kind, 'route-taken');
      assert.equal((await ask('other', ['GET /orders/latest'], { openRoutes })).kind, 'route-taken');
      // Once claimed, whatever the list says later.
      assert.equal(await kindOf('product', 'GET /products/{sku}'), 'registered');
      assert.equal(await kindOf('product', 'GET /products/{sku}', 'GET /products/new'), 'route-taken');
    });

    it('gives a route to one of two services that ask at once', async () => {
      const kinds = await Promise.all([
        kindOf('one', '* /x/{y}'),
        kindOf('two', 'GET /x/z'),
        kindOf('three', '* /x/{y}'),
        kindOf('four', 'GET /{x}/z'),
      ]);
      assert.deepEqual(kinds.sort(), ['registered', 'route-taken', 'route-taken', 'route-taken']);
    });
  });
}
