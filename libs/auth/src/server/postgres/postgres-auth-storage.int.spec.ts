import { authStorageContract } from '../testing/auth-storage.contract.js';
import { type AuthDatabase, openAuthDatabase } from './auth-database-kit.js';
import { postgresAuthStorage } from './postgres-auth-storage.js';

describe('PostgreSQL', () => {
  let given: AuthDatabase;
  beforeAll(async () => void (given = await openAuthDatabase()));
  afterAll(() => given?.close());

  authStorageContract('postgresAuthStorage', async () => {
    await given.empty();
    return { storage: postgresAuthStorage(given.database), pass: (milliseconds) => given.pass(milliseconds) };
  });
});
