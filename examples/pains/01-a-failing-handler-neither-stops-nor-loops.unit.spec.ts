import { until } from '@minos/common/testing';
import { ParkedKeys } from '@minos/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

const ORDERS = ['bad', 'good', 'best'].map((orderId) => ({ key: orderId, value: { orderId } }));

onEachKafka('a handler that fails for one message of three', ({ cluster, messaging }) => {
  const scenario = (topic: string) => {
    const tried: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern<string>(topic)
      placed(@Payload() { orderId }: { orderId: string }): void {
        tried.push(orderId);
        if (orderId === 'bad') throw new Error('no such customer');
      }
    }
    return { tried, parts: { controllers: [Mailer] } };
  };

  it('plain Nest: it is tried again and again, and what stands behind it is never handled', async () => {
    const kafka = cluster();
    const topic = `${kafka.name}.order.placed`;
    await kafka.createTopics(topic);
    const { tried, parts } = scenario(topic);
    await plainNest(parts, [kafka.server(`${kafka.name}.mail`)]);
    await emitPlain(kafka, topic, ORDERS);
    await until(() => tried.length > 8, 'more tries than kafkajs makes before it starts the consumer anew');
    expect(new Set(tried)).toEqual(new Set(['bad']));
    expect(await kafka.committed(`${kafka.name}.mail`, topic)).toBe(0);
  });

  it('Minos: it is tried three times and parked with its cause, and the others are handled', async () => {
    const { tried, parts } = scenario('order.placed');
    const app = await minos('order', parts, messaging());
    await emitMinos(app, 'order.placed', ORDERS);
    await until(() => tried.includes('best') && tried.includes('good'), 'the others');
    const [parked] = await until(async () => {
      const keys = await app.get(ParkedKeys).list();
      return keys.length > 0 && keys;
    }, 'the parked key');
    expect(tried.filter((orderId) => orderId === 'bad')).toHaveLength(3);
    expect(parked).toMatchObject({ key: 'bad', messages: 1 });
    expect((await app.get(ParkedKeys).inspect(parked!)).messages[0]?.cause?.message).toBe('no such customer');
  });
});
