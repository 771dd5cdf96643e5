import { until } from '@minos/common/testing';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, gate, minos, plainNest } from './scene.js';

const ONE = [{ key: '1', value: { orderId: '1' } }];

onEachKafka('a handler that is slow, and one that is fast', ({ cluster, messaging }) => {
  const scenario = (slowTopic: string, fastTopic: string) => {
    const work = gate();
    const seen: string[] = [];
    @Controller()
    class Handlers {
      @EventPattern<string>(slowTopic)
      async slow(): Promise<void> {
        seen.push('slow begins');
        await work.opened;
        seen.push('slow ends');
      }
      @EventPattern<string>(fastTopic)
      fast(): void {
        seen.push('fast');
      }
    }
    return { work, seen, parts: { controllers: [Handlers] } };
  };

  it('plain Nest: the fast one waits until the slow one has ended', async () => {
    const kafka = cluster();
    const [slow, fast] = [`${kafka.name}.report.asked`, `${kafka.name}.order.placed`];
    await kafka.createTopics(slow, fast);
    const { work, seen, parts } = scenario(slow, fast);
    await plainNest(parts, [kafka.server(`${kafka.name}.shop`)]);
    await emitPlain(kafka, slow, ONE);
    await until(() => seen.length === 1, 'the slow handler');
    await emitPlain(kafka, fast, ONE);
    // Another group gets the message of the fast topic at once: it is there.
    const other = scenario(slow, fast);
    other.work.open();
    await plainNest(other.parts, [kafka.server(`${kafka.name}.other`)]);
    await until(() => other.seen.includes('fast'), 'the other group');
    expect(seen).toEqual(['slow begins']);
    work.open();
    await until(() => seen.length === 3, 'the rest');
    expect(seen).toEqual(['slow begins', 'slow ends', 'fast']);
  });

  it('Minos: the fast one is handled meanwhile', async () => {
    const { work, seen, parts } = scenario('report.asked', 'order.placed');
    const app = await minos('order', parts, messaging());
    await emitMinos(app, 'report.asked', [{ key: 'report', value: {} }]);
    await until(() => seen.length === 1, 'the slow handler');
    await emitMinos(app, 'order.placed', ONE);
    await until(() => seen.length === 2, 'the fast one');
    work.open();
    await until(() => seen.length === 3, 'the end of the slow one');
    expect(seen).toEqual(['slow begins', 'fast', 'slow ends']);
  });
});
