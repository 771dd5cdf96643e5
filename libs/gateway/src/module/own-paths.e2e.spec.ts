import { isOwnPath } from '@minos/discovery';
import { type CanActivate, Controller, type ExecutionContext, Get, Module, UnauthorizedException, UseGuards } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ROUTES, TestService } from '../front-door/front-door-kit.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';
import { INTERNAL_PATHS } from '../routes/internal-paths.js';
import { GATEWAY_PARTS } from './tokens.js';
import { NestDoor } from './nest-door-kit.js';
import type { MadeFrontDoor } from '../front-door/make-front-door.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    if (headers['authorization'] === undefined) throw new UnauthorizedException('This is for management.');
    return false;
  }
}

@Controller('metrics')
@UseGuards(Guard)
class GuardedController {
  @Get()
  metrics(): string {
    return 'secret';
  }
}

@Module({ controllers: [GuardedController] })
class GuardedModule {}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(ADAPTERS)("the gateway's own paths, on %s", (_name, adapter) => {
  async function start(options: GatewayOptions = {}): Promise<NestDoor> {
    const door = await NestDoor.start(adapter, options);
    stops.push(() => door.stop());
    return door;
  }

  const ask = (door: NestDoor, path: string, method = 'GET'): Promise<Response> => fetch(door.url + path, { method, redirect: 'manual' });

  it('say what is not there as everywhere else', async () => {
    const door = await start();
    const elsewhere = await ask(door, '/nowhere');
    const withoutId = async (response: Response): Promise<object> => ({ ...((await response.json()) as object), correlationId: '' });
    const problem = await withoutId(elsewhere);
    for (const path of ['/health/nope', '/docs/nope', '/metrics', '/minos/nope', '/HEALTH/live', '/Docs', '/mInOs']) {
      for (const method of ['GET', 'POST']) {
        const response = await ask(door, path, method);
        const { headers } = response;
        expect([path, method, response.status, headers.get('content-type')]).toEqual([path, method, 404, 'application/problem+json']);
        const body = (await response.json()) as { correlationId: string };
        expect({ ...body, correlationId: '' }).toEqual(problem);
        expect(body.correlationId).toBe(headers.get('x-correlation-id'));
        expect(headers.get('x-request-id')).toMatch(/./);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('x-powered-by')).toBeNull();
      }
    }
    expect((await ask(door, '/health/nope', 'HEAD')).status).toBe(404);
    expect(await (await ask(door, '/health/live')).json()).toEqual({ own: true });
  });

  it.each([
    ['nobody', {}, 401, 'GATEWAY_UNAUTHENTICATED'],
    ['somebody who may not', { authorization: 'Bearer alice' }, 403, 'GATEWAY_FORBIDDEN'],
  ])('say to %s that they are refused as everywhere else', async (_who, headers, status, code) => {
    const door = await NestDoor.start(adapter, {}, [{ module: GuardedModule }]);
    stops.push(() => door.stop());
    const response = await fetch(`${door.url}/metrics`, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    const correlationId = response.headers.get('x-correlation-id');
    expect(await response.json()).toMatchObject({ status, code, correlationId });
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="minos"' : null);
  });

  it('begin at the documents', async () => {
    const door = await start();
    const response = await ask(door, '/');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
    expect((await ask(door, '/', 'HEAD')).status).toBe(302);
    expect((await ask(door, '/', 'POST')).status).toBe(404);
    const page = await (await ask(door, '/docs')).text();
    expect(page).toContain('<link rel="icon" href="data:');
  });

  it.each([
    ['without documents', { documents: { enabled: false } }],
    ['where the path of the documents is not our own', { ownPaths: ['/health'] }],
  ])('begin nowhere %s', async (_what, options) => {
    const response = await ask(await start(options), '/');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('leave `/` to a service that has it', async () => {
    const service = await TestService.start('shop');
    const door = await start();
    door.directory.set([service.entry([{ method: 'GET', path: '/', access: ROUTES.public }])]);
    stops.push(() => service.stop());
    expect(await (await ask(door, '/')).json()).toEqual({ ok: true });
  });

  it('are routes of nobody, also where they are chosen', async () => {
    const service = await TestService.start('shop');
    const door = await start({ ownPaths: ['/health', '/status'] });
    stops.push(() => service.stop());
    door.directory.set([service.entry([{ method: 'GET', path: '/status/{id}', access: ROUTES.public }])]);
    expect((await ask(door, '/Status/7')).status).toBe(404);
    const { conflicts } = door.app.get<MadeFrontDoor>(GATEWAY_PARTS).tables.current;
    expect(conflicts).toEqual([{ method: 'GET', path: '/status/{id}', service: 'shop', reason: 'internal' }]);
    expect(service.begun).toBe(0);
  });
});

it('what the registry refuses as a page of every service is internal at the gateway, too', () => {
  for (const path of ['/health/live', '/metrics', '/docs-json', '/DOCS', '/minos/sagas', '/registry']) expect(isOwnPath(path)).toBe(true);
  expect(INTERNAL_PATHS.filter((path) => isOwnPath(path.replace('*', '-json'))).length).toBe(5);
  expect(isOwnPath('/healthy')).toBe(false);
});
