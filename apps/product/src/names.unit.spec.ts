import { join } from 'node:path';
import { MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { expectNamesKept } from '@minos/common/testing';
import { createTestingApp } from '@minos/nest/testing';
import { ProductModule } from './product.module.js';

it('keeps every durable name of the product service', async () => {
  const shop = await createTestingApp(ProductModule);
  try {
    expectNamesKept(shop.get<MessageRegistry>(MESSAGE_REGISTRY), join(__dirname, '../minos.names.json'));
  } finally {
    await shop.close();
  }
});
