import { Event } from '@minos/common';
import { until } from '@minos/common/testing';
import { Consumer } from '@minos/messaging';
import { Controller, Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { EventPattern } from '@nestjs/microservices';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

@Event('order.placed')
class OrderPlaced {
  constructor(readonly orderId: string) {}
}
const ORDERS = ['1', '2', '3'].map((orderId) => ({ key: orderId, value: { orderId } }));

onEachKafka('mail and statistics, each with a group of its own in one application', ({ cluster, messaging }) => {
  it('plain Nest: each handler is bound to both groups, so every customer gets two letters', async () => {
    const kafka = cluster();
    const topic = `${kafka.name}.order.placed`;
    await kafka.createTopics(topic);
    const done: string[] = [];
    @Controller()
    class Mail {
      @EventPattern<string>(topic)
      placed({ orderId }: OrderPlaced): void {
        done.push(`mail ${orderId}`);
      }
    }
    @Controller()
    class Statistics {
      @EventPattern<string>(topic)
      placed({ orderId }: OrderPlaced): void {
        done.push(`count ${orderId}`);
      }
    }
    const groups = [`${kafka.name}.mail`, `${kafka.name}.statistics`];
    await plainNest(
      { controllers: [Mail, Statistics] },
      groups.map((group) => kafka.server(group)),
    );
    await emitPlain(kafka, topic, ORDERS);
    await until(() => done.length === 12, 'both groups');
    expect(done.filter((line) => line === 'mail 1')).toHaveLength(2);
    expect(done.filter((line) => line === 'count 3')).toHaveLength(2);
  });

  it('Minos: each consumer has its own place, and each handler each event once', async () => {
    const done: string[] = [];
    @EventsHandler(OrderPlaced)
    @Consumer('order.mail')
    @Injectable()
    class Mail implements IEventHandler<OrderPlaced> {
      handle({ orderId }: OrderPlaced): void {
        done.push(`mail ${orderId}`);
      }
    }
    @EventsHandler(OrderPlaced)
    @Consumer('order.statistics')
    @Injectable()
    class Statistics implements IEventHandler<OrderPlaced> {
      handle({ orderId }: OrderPlaced): void {
        done.push(`count ${orderId}`);
      }
    }
    const app = await minos('order', { providers: [Mail, Statistics] }, messaging());
    await emitMinos(app, 'order.placed', ORDERS);
    await until(() => done.length >= 6, 'both consumers');
    await app.settled();
    expect(done.sort()).toEqual(['count 1', 'count 2', 'count 3', 'mail 1', 'mail 2', 'mail 3']);
  });
});
