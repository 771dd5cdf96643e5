import { Command, Event } from '@minos/common';
import { MinosModule } from '@minos/nest';
import { DocumentsModule } from '@minos/nest/documents';
import { Controller, Get } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { InProcessCluster } from './plain-kafka.js';
import { minos, plainNest } from './scene.js';

@Command('stock.reserve', { owner: 'stock' })
class ReserveStock {
  @ApiProperty() sku!: string;
  @ApiProperty({ type: 'integer' }) quantity!: number;
}
@Event('order.placed')
class OrderPlaced {
  @ApiProperty() orderId!: string;
}

@Controller('stock')
class Stock {
  @Get()
  list(): string[] {
    return [];
  }
  @MessagePattern('stock.reserve')
  reserve(@Payload() { quantity }: ReserveStock): object {
    return { quantity };
  }
  @EventPattern<string>('order.placed', { from: 'order' })
  placed(@Payload() _order: OrderPlaced): void {}
}

describe('somebody who looks up what a service can be told', () => {
  it('plain Nest: finds its routes, and no message', async () => {
    const app = await plainNest({ controllers: [Stock] }, [new InProcessCluster().server('stock')]);
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(Object.keys(document.paths)).toEqual(['/stock']);
    expect(JSON.stringify(document)).not.toContain('stock.reserve');
    expect(JSON.stringify(document)).not.toContain('order.placed');
  });

  it('Minos: finds every message with the schema of its data, in an AsyncAPI document that the service serves', async () => {
    const { http } = await minos('stock', {
      imports: [DocumentsModule.forRoot(), MinosModule.forFeature({ messages: [ReserveStock, OrderPlaced] })],
      controllers: [Stock],
    });
    const { body } = await http.get<{ asyncapi: string; operations: object; components: { schemas: object } }>('/docs/asyncapi.json');
    expect(body.asyncapi).toMatch(/^3\./);
    expect(Object.keys(body.operations)).toEqual(expect.arrayContaining(['receive.stock.reserve']));
    expect(body.components.schemas).toMatchObject({
      'stock.reserve.v1': { properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } },
      'order.placed.v1': { properties: { orderId: { type: 'string' } } },
    });
  });
});
