import { until } from '@minos/common/testing';
import { Consumers } from '@minos/messaging/module';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

const orders = (...ids: readonly string[]) => ids.map((orderId) => ({ key: 'customer', value: { orderId } }));

onEachKafka('a consumer whose offsets move only when its handler has ended', ({ cluster, messaging }) => {
  const scenario = (topic: string) => {
    const handled: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern<string>(topic)
      placed(@Payload() { orderId }: { orderId: string }): void {
        handled.push(orderId);
      }
    }
    return { handled, parts: { controllers: [Mailer] } };
  };

  it('plain Nest: without autoCommit nobody commits, and after a restart everything is handled again', async () => {
    const kafka = cluster();
    const topic = `${kafka.name}.order.placed`;
    await kafka.createTopics(topic);
    const { handled, parts } = scenario(topic);
    const server = () => kafka.server(`${kafka.name}.mail`, { run: { autoCommit: false } });
    const first = await plainNest(parts, [server()]);
    await emitPlain(kafka, topic, orders('1', '2'));
    await until(() => handled.length === 2, 'the first two');
    await first.close();
    await plainNest(parts, [server()]);
    await emitPlain(kafka, topic, orders('3'));
    await until(() => handled.includes('3'), 'the third');
    expect(handled).toEqual(['1', '2', '1', '2', '3']);
  });

  it('Minos: the place commits with the effects, and a restart goes on behind them', async () => {
    const { handled, parts } = scenario('order.placed');
    const app = await minos('order', parts, messaging());
    await emitMinos(app, 'order.placed', orders('1', '2'));
    await until(() => handled.length === 2, 'the first two');
    const consumers = app.get(Consumers);
    await consumers.stop();
    await emitMinos(app, 'order.placed', orders('3'));
    consumers.start();
    await until(() => handled.includes('3'), 'the third');
    await app.settled();
    expect(handled).toEqual(['1', '2', '3']);
  });
});
