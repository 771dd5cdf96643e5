export { expectSagasKept, type ExpectSagasOptions } from './expect-sagas-kept.js';
export { sagaStoreContract } from './saga-store.contract.js';
export type { SagaStoreUnderTest } from './saga-store-scene.js';
