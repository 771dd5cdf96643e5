export { Sagas, type StartSagaOptions } from './api/sagas.js';
export type {
  Attempt,
  JournalEntry,
  JournalKind,
  SagaInstance,
  SagaOrigin,
  SagaParking,
  SagaPhase,
  SagaStatus,
  StepOutcome,
  StepRecord,
  StepStatus,
  UndoRecord,
} from './contracts/saga-instance.js';
export type {
  CarriedSaga,
  DueSagas,
  LoadedSaga,
  SagaFilter,
  SagaInUse,
  SagaMail,
  SagaPage,
  SagaProgress,
  SagaStore,
  SagaSummary,
  StoredEntry,
} from './contracts/saga-store.js';
export type { DueGrants, ResourceHolder, ResourceStore, StoredReservation } from './contracts/resource-store.js';
export type { SagaPlan, TimeoutPolicy } from './definition/plan.js';
export { saga } from './definition/saga-builder.js';
export type {
  Branches,
  Buildable,
  CompensateOptions,
  Retry,
  SagaCommand,
  SagaStart,
  StartOptions,
  StateOf,
  Step,
  StepAction,
  StepAdder,
  StepPolicies,
  Steps,
  Ways,
} from './definition/saga-builder.types.js';
export { SagaDefinition } from './definition/saga-definition.js';
export { Saga, sagaMetadataOf, type SagaMetadata, type SagaOptions } from './definition/saga.decorator.js';
export { ResourceHolderMissingError, ResourceRequestInvalidError, ResourceStorageMissingError } from './errors/resource.errors.js';
export { SagaPlansInvalidError, SagaUnknownError } from './errors/saga.errors.js';
export { MemoryResourceStore } from './memory/memory-resource-store.js';
export { MemorySagaStore } from './memory/memory-saga-store.js';
export { PostgresResourceStore } from './postgres/resources/postgres-resource-store.js';
export { ResourceWriter } from './postgres/resources/resource.writer.js';
export type { ActingSaga } from './resources/acting-saga.js';
export type { ResourceRejection } from './resources/resource-rejections.js';
export { ResourceKeeper } from './resources/resource-keeper.js';
export type { ResourceKeeperOptions, ResourceKeeperPorts } from './resources/resource-keeper.options.js';
export {
  Resources,
  type CancelOptions,
  type ConfirmOptions,
  type Reservation,
  type ReserveOptions,
  type ResourcesPorts,
} from './resources/resources.js';
