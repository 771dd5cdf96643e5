import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import type { QueryBus } from '@minos/cqrs';
import type { ShutdownState } from '@minos/nest';
import type { ExecutionContext } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { lastValueFrom, of } from 'rxjs';
import { OrdersController } from './orders.controller.js';
import type { PlacedAnswer } from './order.answers.dto.js';
import { WaitForEnd } from './wait-for-end.interceptor.js';

const PLACED: PlacedAnswer = { orderId: '0190c8a0-0000-7000-8000-000000000001', status: 'placed' };

/** Reads of an order that never ends. */
let looks = 0;
let interceptor: WaitForEnd;
beforeEach(() => {
  looks = 0;
  const execute = (): Promise<object> => ((looks += 1), Promise.resolve({ ...PLACED, version: 1 }));
  const httpAdapter = { setHeader: () => undefined, status: () => undefined };
  interceptor = new WaitForEnd(
    { execute } as unknown as QueryBus,
    { httpAdapter } as unknown as HttpAdapterHost,
    { draining: false } as ShutdownState,
  );
});

function wait(seconds: number, response: object): Promise<unknown> {
  const http = { getRequest: () => ({ headers: { prefer: `wait=${seconds}` } }), getResponse: () => response };
  const handler = Object.getOwnPropertyDescriptor(OrdersController.prototype, 'place')?.value as unknown;
  const context = { getHandler: () => handler, switchToHttp: () => http } as unknown as ExecutionContext;
  return lastValueFrom(interceptor.intercept(context, { handle: () => of(PLACED) }));
}

const client = (closed = false): object => Object.assign(new EventEmitter(), { closed });

it.each([
  ['express', client(true)],
  ['fastify', { raw: client(true) }],
])('does not wait for a client that went away while its order was placed (%s)', async (_, response) => {
  expect(await wait(2, response)).toEqual(PLACED);
  expect(looks).toBe(0);
});

it('looks less often for each, the more wait', async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, () => wait(1, client())));
  expect(answers).toHaveLength(500);
  expect(looks).toBeGreaterThanOrEqual(500);
  expect(looks).toBeLessThan(1_600);
});
