export { connectOnce, countingListener, type CountingListener } from './counting-listener.js';
export { FakeRegistry, type FakeRegistryOptions, type FakeRequest } from './fake-registry.js';
export { registryStoreContract } from './registry-store.contract.js';
export { registerRequest, type RegistryStoreUnderTest } from './registry-store-scene.js';
export { serviceDirectoryContract, serviceInstance, type ServiceDirectoryUnderTest } from './service-directory.contract.js';
