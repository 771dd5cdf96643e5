import { until } from '@minos/common/testing';
import { Controller } from '@nestjs/common';
import { EventPattern, ServerKafka } from '@nestjs/microservices';
import { logLevel } from 'kafkajs';
import { freePort } from '../../tools/testing/service-process.js';
import { emitMinos, minos, plainNest } from './scene.js';

describe('a test of an application with a message handler, on a machine without Kafka', () => {
  const scenario = () => {
    const seen: string[] = [];
    @Controller()
    class Mailer {
      @EventPattern('order.placed')
      placed({ orderId }: { orderId: string }): void {
        seen.push(orderId);
      }
    }
    return { seen, parts: { controllers: [Mailer] } };
  };

  it('plain Nest: does not come as far as its first line', async () => {
    const brokers = [`127.0.0.1:${await freePort()}`];
    const server = new ServerKafka({ client: { brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } } });
    await expect(plainNest(scenario().parts, [server])).rejects.toThrow(/ECONNREFUSED|Connection error/);
  });

  it('Minos: runs in memory with what a broker does: partitions, order, repetition and parked keys', async () => {
    const { seen, parts } = scenario();
    const app = await minos('order', parts);
    await emitMinos(app, 'order.placed', [{ key: '1', value: { orderId: '1' } }]);
    await until(() => seen.length === 1, 'the handler');
    await app.settled();
    expect(seen).toEqual(['1']);
  });
});
