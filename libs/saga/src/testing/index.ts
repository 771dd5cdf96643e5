export { resourceStoreContract, type ResourceStoreUnderTest } from './resource-store.contract.js';
export { ContentionRecord, ResourceContention, type Contender, type ContentionOptions } from './resource-contention.js';
