import { VirtualClock } from '@minos/common/testing';
import { registryStoreContract } from '../../testing/registry-store.contract.js';
import { MemoryRegistryStore } from './memory-registry-store.js';

describe('MemoryRegistryStore', () => {
  registryStoreContract('MemoryRegistryStore', () => {
    const clock = new VirtualClock();
    const store = new MemoryRegistryStore(clock);
    return { store, other: store, age: (milliseconds) => clock.advance(milliseconds) };
  });
});
