/** The {@link SagaStore} of the service. */
export const SAGA_STORE = Symbol.for('@minos/saga/store');
/** The {@link ResourceStore} of the service. */
export const RESOURCE_STORE = Symbol.for('@minos/saga/resource-store');
/** The {@link SagaModuleOptions} of the service. */
export const SAGA_OPTIONS = Symbol.for('@minos/saga/options');
