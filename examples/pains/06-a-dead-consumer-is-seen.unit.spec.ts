import { until } from '@minos/common/testing';
import type { MemoryBroker } from '@minos/messaging';
import { OPENED_BROKER } from '@minos/messaging/module';
import { Controller, Get } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { emitPlain, InProcessCluster } from './plain-kafka.js';
import { emitMinos, minos, plainNest } from './scene.js';

const ORDER = [{ key: '1', value: { orderId: '1' } }];

describe('an application whose consumer has ended for good', () => {
  const scenario = () => {
    const seen: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern('order.placed')
      placed({ orderId }: { orderId: string }): void {
        seen.push(orderId);
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
    const cluster = new InProcessCluster();
    const { seen, Mailer } = scenario();
    const app = await plainNest({ imports: [TerminusModule], controllers: [Mailer, Health] }, [cluster.server('mail')]);
    await app.listen(0, '127.0.0.1');
    cluster.kafka.consumers[0]?.die(new Error('not a retriable error of kafkajs'));
    await emitPlain(cluster, 'order.placed', ORDER);
    const answer = await fetch(`${await app.getUrl()}/health`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(seen).toEqual([]);
  });

  it('Minos: is not ready, with the reason, until the consumer is back', async () => {
    const { seen, Mailer } = scenario();
    const health = { stallAfter: '1s', every: '100ms', answer: '100ms', brokerAway: 'not-ready' } as const;
    const app = await minos('order', { controllers: [Mailer] }, { health });
    const status = async (): Promise<number> => (await app.http.get('/health/ready')).status;
    await until(async () => (await status()) === 200, 'readiness');
    const { broker } = app.get<{ broker: MemoryBroker }>(OPENED_BROKER);
    broker.disconnect();
    await emitMinos(app, 'order.placed', ORDER);
    await until(async () => (await status()) === 503, 'a red probe');
    const { body } = await app.http.get('/health/ready');
    expect(JSON.stringify(body)).toContain('consumers');
    expect(seen).toEqual([]);
    broker.reconnect();
    await until(() => seen.length === 1, 'the event');
    await until(async () => (await status()) === 200, 'readiness again');
  });
});
