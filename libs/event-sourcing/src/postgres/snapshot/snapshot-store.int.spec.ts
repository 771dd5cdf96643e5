import { snapshotStoreContract } from '../../testing/snapshot-store.contract.js';
import { openTestingStore } from '../testing-store.js';
import { PostgresSnapshotStore } from './postgres-snapshot-store.js';

snapshotStoreContract(async () => {
  const opened = await openTestingStore();
  return { snapshots: new PostgresSnapshotStore(opened.database), close: opened.close };
});
