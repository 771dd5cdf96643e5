import 'reflect-metadata';
import {
  createEnvelope,
  type JsonObject,
  messageMetadataOf,
  type MessageMetadata,
  type Principal,
  SystemClock,
  type Unit,
  uuidv7,
} from '@minos/common';
import { commandBinding, MessageChain, Outbox } from '@minos/messaging';
import type { MessageContext } from '@minos/messaging/contracts';
import { MessageHandlerInvoker } from '@minos/messaging/nest';
import { ApplicationConfig, DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { chainOptions, Refusals, ReserveStock, ReserveStockHandler } from './stock-handler.js';

const metadata = messageMetadataOf(ReserveStock) as MessageMetadata;
const outbox = new Outbox({ source: 'product', clock: new SystemClock() });
const log = { debug: () => undefined, warn: () => undefined, error: () => undefined };

function contextOf(data: JsonObject, role: string, correlationid = 'c-1'): MessageContext {
  const envelope = createEnvelope({
    id: uuidv7(),
    source: 'order',
    type: metadata.name,
    time: '2026-01-01T00:00:00Z',
    correlationid,
    data,
  });
  const stored = { channel: 'product.commands', partition: 0, key: 'o-1', offset: 1n, appendedAt: 0, headers: {}, body: new Uint8Array() };
  const unit = { tenant: '', resources: new Map(), enlist: () => ({ result: undefined }) } as unknown as Unit;
  const principal = { subject: 'ann', roles: [role] } as unknown as Principal;
  return { consumer: 'product', envelope, stored, unit, attempt: 1, principal, signal: new AbortController().signal };
}

describe('the handler of the guide', () => {
  let app: TestingModule;
  const refusals = new Refusals();

  beforeAll(async () => {
    app = await Test.createTestingModule({ imports: [DiscoveryModule], providers: [ReserveStockHandler] }).compile();
    await app.init();
  });
  afterAll(() => app.close());

  async function send(data: JsonObject, role = 'clerk', correlation?: string): Promise<unknown> {
    // #region wiring
    const [provider] = app
      .get(DiscoveryService)
      .getProviders()
      .filter(({ token }) => token === ReserveStockHandler);
    if (provider === undefined) throw new Error('ReserveStockHandler is not provided');
    const invoker = new MessageHandlerInvoker(app.get(ModulesContainer), app.get(ApplicationConfig));
    const chain = new MessageChain(chainOptions(log, refusals)); // one for all handlers
    const binding = commandBinding(metadata, outbox, invoker.bind<object>(provider, 'execute'), { chain });
    // #endregion
    const context = contextOf(data, role, correlation);
    return binding.handle(binding.decode?.(context.envelope) ?? {}, context);
  }

  it('handles what fits, and answers what does not', async () => {
    const lines = [{ sku: 'a', quantity: 1 }];
    await expect(send({ orderId: 'o-1', lines })).resolves.toBeUndefined();
    await expect(send({ orderId: 'o-1', lines: [{ sku: 'a', quantity: 0 }] })).rejects.toMatchObject({
      code: 'message.invalid',
      details: { errors: [{ path: 'lines[0].quantity', message: 'quantity must not be less than 1' }] },
    });
    await expect(send({ orderId: 'o-1', lines }, 'guest')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(send({ orderId: 'o-1', lines }, 'clerk', '')).rejects.toMatchObject({ code: 'http.403' });
    expect(refusals.seen).toEqual(['stock.reserve: http.403']);
  });
});
