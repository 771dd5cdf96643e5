import { until } from '@minos/common/testing';
import { MINOS_CLIENT, MinosServer } from '@minos/messaging/microservices';
import { createTestingApp } from '@minos/nest/testing';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { ProductModule, StockController } from './stock.js';

it('a pattern handler takes a command that a client sends', async () => {
  const { app, get, close } = await createTestingApp(ProductModule);
  app.connectMicroservice({ strategy: get(MinosServer) });
  await app.startAllMicroservices();
  await firstValueFrom(get<ClientProxy>(MINOS_CLIENT).emit({ cmd: 'stock.reserve', owner: 'product' }, { orderId: 'o-1', quantity: 2 }));
  await until(() => get(StockController).reserved.get('o-1') === 2, 'the reservation');
  await close();
});
