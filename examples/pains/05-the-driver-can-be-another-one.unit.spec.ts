import { until } from '@minos/common/testing';
import { Controller } from '@nestjs/common';
import { EventPattern, ServerKafka } from '@nestjs/microservices';
import { emitMinos, minos, plainNest } from './scene.js';

// A machine on which kafkajs, which nobody maintains any more, cannot be loaded.
jest.mock('kafkajs', () => {
  throw new Error('kafkajs does not run on this release of Node');
});

describe('handlers on the day on which kafkajs does not work any more', () => {
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

  it('plain Nest: its Kafka transport is made of kafkajs, and ends the process without it', async () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`the process ended with ${String(code)}`);
    });
    const server = new ServerKafka({ client: { brokers: ['127.0.0.1:9'] } });
    await expect(plainNest(scenario().parts, [server])).rejects.toThrow('the process ended with 1');
    exit.mockRestore();
  });

  it('Minos: a broker is a port, so the same handlers run over another one', async () => {
    const { seen, parts } = scenario();
    const app = await minos('order', parts, { broker: { kind: 'memory' } });
    await emitMinos(app, 'order.placed', [{ key: '1', value: { orderId: '1' } }]);
    await until(() => seen.length === 1, 'the handler');
    expect(seen).toEqual(['1']);
  });
});
