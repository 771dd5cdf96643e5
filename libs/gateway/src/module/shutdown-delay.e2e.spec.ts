import { until } from '@minos/common/testing';
import { HealthModule } from '@minos/health';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { withHeldPauses } from '../../../../tools/testing/hold-pauses.js';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { ROUTES, TestService } from '../front-door/front-door-kit.js';
import { NestDoor } from './nest-door-kit.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];
const DELAY_MS = 12_345;
const REQUEST = 'GET /open/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const READY = 'GET /minos/health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe.each(ADAPTERS)('a gateway that ends, on %s', (_name, adapter) => {
  it('says so to load balancers first, and takes new connections for as long as they need to notice', () =>
    withHeldPauses(DELAY_MS, async (delay) => {
      const service = await TestService.start('shop');
      const door = await NestDoor.start(adapter, {}, [HealthModule.forRoot({ path: 'minos/health', shutdownDelay: DELAY_MS })]);
      door.directory.set([service.entry([{ method: '*', path: '/open/{rest...}', access: ROUTES.public }])]);
      const statusOf = async (bytes: string): Promise<number | undefined> => statusesIn(await exchangeBytes(door.port, bytes, 5_000))[0];
      expect(await statusOf(READY)).toBe(200);
      const { port } = door;
      let over = false;
      const stopped = door.stop().finally(() => (over = true));
      await until(() => delay.held === 1, 'the delay to begin');
      for (let at = 0; at < 10; at++) expect([await statusOf(READY), await statusOf(REQUEST)]).toEqual([503, 200]);
      expect(over).toBe(false);
      delay.letGo();
      await stopped;
      expect(await exchangeBytes(port, REQUEST)).toBe('');
      await service.stop();
    }));
});
