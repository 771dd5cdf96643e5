import { join } from 'node:path';
import { MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { expectNamesKept } from '@minos/common/testing';
import { createTestingApp } from '@minos/nest/testing';
import { PaymentModule } from './payment.module.js';

it('keeps every durable name of the payment service', async () => {
  const shop = await createTestingApp(PaymentModule);
  try {
    expectNamesKept(shop.get<MessageRegistry>(MESSAGE_REGISTRY), join(__dirname, '../minos.names.json'));
  } finally {
    await shop.close();
  }
});
