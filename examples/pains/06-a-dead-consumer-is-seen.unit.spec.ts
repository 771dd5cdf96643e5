import { until } from '@minos/common/testing';
import { Controller, Get } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

const order = (orderId: string) => [{ key: 'customer', value: { orderId } }];

onEachKafka('an application whose consumer has gone', ({ cluster, cuttable }) => {
  const scenario = (topic: string) => {
    const seen: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern<string>(topic)
      placed(@Payload() { orderId }: { orderId: string }): void {
        seen.push(orderId);
        if (orderId === 'fatal') throw new Error('out of memory');
      }
    }
    return { seen, Mailer };
  };

  it('plain Nest: says that it is healthy, and handles nothing', async () => {
    @Controller('health')
    class Health {
      constructor(private readonly health: HealthCheckService) {}
      @Get()
      check(): Promise<unknown> {
        return this.health.check([]);
      }
    }
    const kafka = cluster();
    const [topic, group] = [`${kafka.name}.order.placed`, `${kafka.name}.mail`];
    await kafka.createTopics(topic);
    const { seen, Mailer } = scenario(topic);
    // What kafkajs also decides by itself, at every error that it takes for one that no new try can mend.
    const retry = { retries: 0, restartOnFailure: async () => false };
    const server = kafka.server(group, { consumer: { groupId: group, retry } });
    const states: string[] = [];
    const app = await plainNest({ imports: [TerminusModule], controllers: [Mailer, Health] }, [server]);
    server.status.subscribe((state) => states.push(state));
    await app.listen(0, '127.0.0.1');
    await emitPlain(kafka, topic, order('fatal'));
    await until(() => states.includes('crashed'), 'the crash');
    await emitPlain(kafka, topic, order('good'));
    // Another group gets both: they are there.
    const other = scenario(topic);
    await plainNest({ controllers: [other.Mailer] }, [kafka.server(`${kafka.name}.other`)]);
    await until(() => other.seen.length > 0, 'the other group');
    const answer = await fetch(`${await app.getUrl()}/health`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(seen).toEqual(['fatal']);
  });

  it('Minos: is not ready while its consumer hears nothing, and handles what waits when it is back', async () => {
    const { seen, Mailer } = scenario('order.placed');
    const { messaging, cut, mend } = await cuttable();
    const health = { stallAfter: '1s', every: '250ms', answer: '1s', brokerAway: 'not-ready' } as const;
    const app = await minos('order', { controllers: [Mailer] }, { ...messaging, health });
    const status = async (): Promise<number> => (await app.http.get('/health/ready')).status;
    await until(async () => (await status()) === 200, 'readiness');
    cut(app);
    await emitMinos(app, 'order.placed', order('good'));
    await until(async () => (await status()) === 503, 'a red probe');
    expect(JSON.stringify((await app.http.get('/health/ready')).body)).toContain('consumers');
    expect(seen).toEqual([]);
    mend(app);
    await until(() => seen.length === 1, 'the event');
    await until(async () => (await status()) === 200, 'readiness again');
    expect(seen).toEqual(['good']);
  });
});
