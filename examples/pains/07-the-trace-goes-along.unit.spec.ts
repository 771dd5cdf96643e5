import { until } from '@minos/common/testing';
import { MINOS_CLIENT, MinosContext } from '@minos/messaging/microservices';
import { Controller, Inject, Post, type Provider } from '@nestjs/common';
import { ClientProxy, Ctx, EventPattern, type KafkaContext } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { InProcessCluster } from './plain-kafka.js';
import { minos, plainNest } from './scene.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const HEADERS = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, 'x-correlation-id': 'cart-7' };

describe('a request that emits an event', () => {
  /** The same controllers on both sides; `seen` is all that the handler of the event is told about where it comes from. */
  const scenario = (client: Provider) => {
    const seen: string[] = [];
    @Controller()
    class Shop {
      constructor(@Inject('CLIENT') private readonly events: ClientProxy) {}

      @Post('orders')
      async place(): Promise<void> {
        await firstValueFrom(this.events.emit('order.placed', { orderId: '1' }), { defaultValue: undefined });
      }

      @EventPattern('order.placed')
      placed(@Ctx() context: KafkaContext | MinosContext): void {
        seen.push(JSON.stringify(context instanceof MinosContext ? context.envelope : context.getMessage().headers));
      }
    }
    return { seen, parts: { controllers: [Shop], providers: [client] } };
  };

  it('plain Nest: its trace and its correlation id end at the broker', async () => {
    const kafka = new InProcessCluster();
    const { seen, parts } = scenario({ provide: 'CLIENT', useFactory: () => kafka.client() });
    const app = await plainNest(parts, [kafka.server('mail')]);
    await app.listen(0, '127.0.0.1');
    await fetch(`${await app.getUrl()}/orders`, { method: 'POST', headers: HEADERS });
    await until(() => seen.length === 1, 'the event');
    expect(seen).toEqual(['{}']);
  });

  it('Minos: the handler of the event has both, and what it does belongs to the same trace', async () => {
    const { seen, parts } = scenario({ provide: 'CLIENT', useExisting: MINOS_CLIENT });
    const { http } = await minos('order', parts);
    await http.post('/orders', undefined, HEADERS);
    await until(() => seen.length === 1, 'the event');
    expect(JSON.parse(seen[0]!)).toMatchObject({ correlationid: 'cart-7', traceparent: expect.stringContaining(TRACE) });
  });
});
