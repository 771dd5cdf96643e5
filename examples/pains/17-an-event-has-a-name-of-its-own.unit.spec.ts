import { Event } from '@minos/common';
import { until } from '@minos/common/testing';
import { Consumer } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { CqrsModule, EventBus, EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { emitMinos, minos, plainNest } from './scene.js';

/** What a minifier left of `OrderPlaced`. */
@Event('order.placed')
class a {
  constructor(readonly orderId: string) {}
}

describe('an event that comes from outside of the process, as JSON', () => {
  const JSON_EVENT = JSON.parse('{"orderId":"1"}') as object;
  const scenario = () => {
    const handled: object[] = [];
    @EventsHandler(a)
    @Consumer('order.mail')
    class Mailer implements IEventHandler<a> {
      handle(event: a): void {
        handled.push(event);
      }
    }
    return { handled, parts: { providers: [Mailer] } };
  };

  it('plain Nest: matches no handler, because an event is the class that made it', async () => {
    const { handled, parts } = scenario();
    const app = await plainNest({ ...parts, imports: [CqrsModule.forRoot()] });
    app.get(EventBus).publish(JSON_EVENT);
    await app.close();
    expect(handled).toEqual([]);
  });

  it('Minos: reaches the handler of its name, as an instance of the class, however that is called today', async () => {
    const { handled, parts } = scenario();
    const app = await minos('order', parts);
    await emitMinos(app, 'order.placed', [{ key: '1', value: JSON_EVENT }]);
    await until(() => handled.length === 1, 'the handler');
    expect(handled[0]).toBeInstanceOf(a);
    expect(handled).toEqual([{ orderId: '1' }]);
  });

  it('Minos: two classes that claim one name are refused at the start', async () => {
    @Event('order.placed')
    class OrderPlacedAgain {}
    const started = minos('order', { imports: [MinosModule.forFeature({ messages: [a, OrderPlacedAgain] })] });
    await expect(started).rejects.toThrow(/OrderPlacedAgain/);
  });
});
