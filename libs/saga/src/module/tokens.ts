/** The {@link SagaStore} of the service. */
export const SAGA_STORE = Symbol.for('@minos/saga/store');
export const SAGA_OPTIONS = Symbol.for('@minos/saga/options');
