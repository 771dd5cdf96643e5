import { resourceStoreContract } from '../testing/resource-store.contract.js';
import { openMemoryResources } from './memory-resource-kit.js';

resourceStoreContract('MemoryResourceStore', openMemoryResources);
