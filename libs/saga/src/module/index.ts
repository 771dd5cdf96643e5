export { SagaModule } from './saga.module.js';
export { SAGA_PARTS, type SagaParts } from './saga.providers.js';
export { SagasOffModule } from './sagas-off.module.js';
export type { SagaModuleOptions } from './saga-module.options.js';
export { RESOURCE_STORE, SAGA_OPTIONS, SAGA_STORE } from './tokens.js';
