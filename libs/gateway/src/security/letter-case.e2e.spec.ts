import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '@minos/discovery';
import { Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ROUTES } from '../front-door/front-door-kit.js';
import { NestDoor } from '../module/nest-door-kit.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];
const SECRET = 'of admins';

@Controller()
class ServiceController {
  @Get('admin')
  admin(): string {
    return SECRET;
  }

  @Get('Admin')
  other(): string {
    return 'open';
  }

  @Get('admin/users/:id')
  user(): string {
    return SECRET;
  }

  @Post('reports')
  report(): string {
    return SECRET;
  }

  @Get(':page')
  page(): string {
    return 'open';
  }

  @Get(':section/users/:id')
  section(): string {
    return 'open';
  }
}

@Module({ controllers: [ServiceController] })
class ServiceModule {}

const open = (method: string, path: string): Endpoint => ({ method, path, access: ROUTES.public });
const closed = (method: string, path: string): Endpoint => ({ method, path, access: ROUTES.admin });

/** Declarations of one service, whichever comes first. */
const DECLARATIONS: readonly [string, readonly Endpoint[]][] = [
  ['the same path in other letters', [open('GET', '/Admin'), closed('GET', '/admin')]],
  ['the same path in other letters, protected first', [closed('GET', '/admin'), open('GET', '/Admin')]],
  ['every method in other letters', [open('*', '/Admin'), closed('GET', '/admin')]],
  ['one method beside every other', [open('GET', '/Admin'), closed('*', '/admin')]],
  ['a parameter in its place', [open('GET', '/{page}'), closed('GET', '/admin')]],
  [
    'the rest in its place',
    [open('GET', '/{all...}'), closed('GET', '/admin'), closed('GET', '/admin/users/{id}'), closed('POST', '/reports')],
  ],
  ['the rest in other letters', [open('*', '/Admin/{all...}'), closed('GET', '/admin'), closed('GET', '/admin/users/{id}')]],
  ['a parameter before a literal', [open('GET', '/{section}/users/{id}'), closed('GET', '/admin/users/{id}')]],
  ['another name of the parameter', [open('GET', '/Admin/Users/{name}'), closed('GET', '/admin/users/{id}')]],
];
const PATHS = [
  '/admin',
  '/Admin',
  '/ADMIN',
  '/aDMIN/',
  '/%61dmin',
  '/%41dmin',
  '/admin/users/7',
  '/Admin/Users/7',
  '/ADMIN/users/7',
  '/admin/USERS/7',
];

describe.each(ADAPTERS)('a protected route of a service on %s', (_name, adapter) => {
  let service: INestApplication;
  beforeAll(async () => {
    service = await NestFactory.create(ServiceModule, adapter(), { logger: false });
    await service.listen(0, '127.0.0.1');
  });
  afterAll(() => service.close());

  describe.each(ADAPTERS)('behind a gateway on %s', (_gateway, gatewayAdapter) => {
    let door: NestDoor;
    beforeAll(async () => {
      door = await NestDoor.start(gatewayAdapter);
    });
    afterAll(() => door.stop());

    it.each(DECLARATIONS)('is not reached by another case of its letters: %s', async (_what, endpoints) => {
      const address = `http://127.0.0.1:${((service.getHttpServer() as Server).address() as AddressInfo).port}`;
      door.directory.set([{ service: 'shop', instance: 'shop-1', address, version: '1', metadata: {}, endpoints, state: 'up' }]);
      for (const path of PATHS) {
        for (const method of ['GET', 'POST']) {
          const response = await fetch(door.url + path, { method });
          expect([path, method, await response.text()]).not.toEqual([path, method, SECRET]);
          if (method === 'GET') expect([path, [401, 403, 404].includes(response.status) || response.ok]).toEqual([path, true]);
        }
      }
      const admin = await fetch(`${door.url}/admin/users/7`, { headers: { authorization: 'Bearer root' } });
      const declared = endpoints.some(({ path }) => path === '/admin/users/{id}');
      if (declared && !endpoints.some(({ path }) => path === '/Admin/Users/{name}')) expect(await admin.text()).toBe(SECRET);
    });
  });
});
