import { resourceStoreContract } from '../../testing/resource-store.contract.js';
import { openTestingResources } from './resource-kit.js';

let opened: Awaited<ReturnType<typeof openTestingResources>>;
beforeAll(async () => {
  opened = await openTestingResources();
});
afterAll(() => opened.close());

resourceStoreContract('PostgresResourceStore', async () => {
  await opened.empty();
  const { store, unitOfWork, schedules, outbox, pass } = opened;
  return { store, unitOfWork, schedules, outbox, pass };
});
