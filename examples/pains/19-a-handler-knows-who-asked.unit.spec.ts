import { Command, currentContext } from '@minos/common';
import { until } from '@minos/common/testing';
import { CommandBus as MinosCommandBus, CqrsModule } from '@minos/cqrs';
import type { MessageContext } from '@minos/messaging/contracts';
import { Controller, Inject, Post, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule as NestCqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { minos, plainNest } from './scene.js';

@Command('order.place', { owner: 'order' })
class PlaceOrder {}

/** What a handler in request scope may find: the request of HTTP, or the message. */
type Request = { readonly headers?: Record<string, string> } & Partial<MessageContext>;

const HEADERS = { 'x-correlation-id': 'cart-7' };

describe('a command handler in request scope, reached from a controller', () => {
  const scenario = () => {
    const seen: (string | undefined)[] = [];
    @CommandHandler(PlaceOrder, { scope: Scope.REQUEST })
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(@Inject(REQUEST) private readonly request: Request) {}
      async execute(): Promise<void> {
        const { headers, envelope } = this.request;
        seen.push(headers?.['x-correlation-id'] ?? envelope?.correlationid ?? currentContext().correlationId);
      }
    }
    @Controller('orders')
    class Orders {
      constructor(private readonly commands: CommandBus) {}
      @Post()
      place(): Promise<void> {
        return this.commands.execute(new PlaceOrder());
      }
    }
    return { seen, parts: { controllers: [Orders], providers: [PlaceOrderHandler] } };
  };

  it('plain Nest: its REQUEST is not the request, so it does not know for whom it works', async () => {
    const { seen, parts } = scenario();
    const app = await plainNest({ ...parts, imports: [NestCqrsModule] });
    await app.listen(0, '127.0.0.1');
    await fetch(`${await app.getUrl()}/orders`, { method: 'POST', headers: HEADERS });
    expect(seen).toEqual([undefined]);
  });

  it('Minos: the context of the request surrounds it', async () => {
    const { seen, parts } = scenario();
    const app = await minos('order', { ...parts, imports: [CqrsModule] });
    await app.http.post('/orders', undefined, HEADERS);
    expect(seen).toEqual(['cart-7']);
  });

  it('Minos: the context goes along with a command that is handled later, and REQUEST is its message', async () => {
    const { seen, parts } = scenario();
    @Controller('later')
    class Later {
      constructor(private readonly commands: MinosCommandBus) {}
      @Post()
      async place(): Promise<void> {
        await this.commands.enqueue(new PlaceOrder());
      }
    }
    const app = await minos('order', { ...parts, controllers: [Later], imports: [CqrsModule] });
    await app.http.post('/later', undefined, HEADERS);
    await until(() => seen.length === 1, 'the handler');
    expect(seen).toEqual(['cart-7']);
  });
});
