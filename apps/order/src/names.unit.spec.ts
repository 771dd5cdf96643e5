import { join } from 'node:path';
import { MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { expectNamesKept } from '@minos/common/testing';
import { createTestingApp } from '@minos/nest/testing';
import { SagaOperations } from '@minos/saga';
import { expectSagasKept } from '@minos/saga/testing';
import { OrderModule } from './order.module.js';

// #region names
it('keeps every durable name of the order service', async () => {
  const shop = await createTestingApp(OrderModule);
  try {
    expectNamesKept(shop.get<MessageRegistry>(MESSAGE_REGISTRY), join(__dirname, '../minos.names.json'));
  } finally {
    await shop.close();
  }
});
// #endregion

it('keeps every plan of its sagas', async () => {
  const shop = await createTestingApp(OrderModule);
  try {
    expectSagasKept(shop.get<SagaOperations>(SagaOperations), join(__dirname, '../minos.sagas.json'));
  } finally {
    await shop.close();
  }
});
