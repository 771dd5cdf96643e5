import { MINOS_CLIENT } from '@minos/messaging/microservices';
import { Controller } from '@nestjs/common';
import { type ClientProxy, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { onEachKafka } from './on-each-kafka.js';
import { minos, plainNest } from './scene.js';

onEachKafka('a service that asks another', ({ cluster, messaging }) => {
  const stock = (pattern: string) => {
    @Controller()
    class Stock {
      @MessagePattern<string>(pattern)
      count(@Payload() { sku }: { sku: string }): object {
        return { sku, onHand: 7 };
      }
    }
    return { controllers: [Stock] };
  };

  it('plain Nest: is refused, because it did not subscribe to the topic of replies before it connected', async () => {
    const kafka = cluster();
    const topic = `${kafka.name}.stock.count`;
    await kafka.createTopics(topic);
    await plainNest(stock(topic), [kafka.server(`${kafka.name}.stock`)]);
    const client = kafka.client();
    await client.connect();
    await expect(firstValueFrom(client.send(topic, { sku: 'mug' }))).rejects.toThrow('did not subscribe to the corresponding reply topic');
    await client.close();
  });

  it('Minos: gets its answer: each instance has a place for replies that it keeps', async () => {
    const app = await minos('stock', stock('stock.count'), messaging());
    const client = app.get<ClientProxy>(MINOS_CLIENT);
    expect(await firstValueFrom(client.send({ cmd: 'stock.count', owner: 'stock' }, { sku: 'mug' }))).toEqual({ sku: 'mug', onHand: 7 });
  });
});
