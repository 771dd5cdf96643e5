import { VirtualClock } from '@minos/common/testing';
import { authStorageContract } from '../testing/auth-storage.contract.js';
import { memoryAuthStorage } from './memory-auth-storage.js';

authStorageContract('memoryAuthStorage', async () => {
  const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
  return { storage: memoryAuthStorage(clock), pass: (milliseconds) => clock.advance(milliseconds) };
});
