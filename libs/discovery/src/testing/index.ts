export { connectOnce, countingListener, type CountingListener } from './counting-listener.js';
export { registerRequest, registryStoreContract, type RegistryStoreUnderTest } from './registry-store.contract.js';
export { serviceDirectoryContract, serviceInstance, type ServiceDirectoryUnderTest } from './service-directory.contract.js';
