import { Command } from '@minos/common';
import { until } from '@minos/common/testing';
import { MINOS_CLIENT } from '@minos/messaging/microservices';
import { MinosModule } from '@minos/nest';
import { Controller, ValidationPipe } from '@nestjs/common';
import { type ClientProxy, MessagePattern, Payload } from '@nestjs/microservices';
import { IsInt, Min } from 'class-validator';
import { firstValueFrom } from 'rxjs';
import { emitPlain, InProcessCluster } from './plain-kafka.js';
import { minos, plainNest } from './scene.js';

@Command('stock.reserve', { owner: 'stock' })
class ReserveStock {
  @IsInt() @Min(1) quantity!: number;
}

describe('an application with rules on its message and a global ValidationPipe', () => {
  const scenario = () => {
    const reserved: number[] = [];
    @Controller()
    class Stock {
      @MessagePattern('stock.reserve')
      reserve(@Payload() { quantity }: ReserveStock): object {
        reserved.push(quantity);
        return {};
      }
    }
    return { reserved, parts: { controllers: [Stock] } };
  };

  it('plain Nest: handles what breaks the rules, for global pipes do not reach a hybrid application', async () => {
    const kafka = new InProcessCluster();
    const { reserved, parts } = scenario();
    const app = await plainNest(parts, [kafka.server('stock')]);
    app.useGlobalPipes(new ValidationPipe());
    await emitPlain(kafka, 'stock.reserve', [{ key: '1', value: { quantity: -1_000 } }]);
    await until(() => reserved.length > 0, 'the handler');
    expect(reserved).toEqual([-1_000]);
  });

  it('Minos: answers with what is wrong, and the handler never sees it', async () => {
    const { reserved, parts } = scenario();
    const app = await minos('stock', { ...parts, imports: [MinosModule.forFeature({ messages: [ReserveStock] })] });
    const asked = firstValueFrom(app.get<ClientProxy>(MINOS_CLIENT as symbol).send('stock.reserve', { quantity: -1_000 }));
    await expect(asked).rejects.toMatchObject({ code: 'message.invalid' });
    expect(reserved).toEqual([]);
  });
});
