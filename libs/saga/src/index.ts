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
export { hasEnded, statusOf } from './contracts/saga-instance.js';
export type {
  SagaEffects,
  SagaOperation,
  SagaOutcome,
  SagaRequest,
  SagaRequester,
  SagaSending,
  SagaWait,
} from './contracts/saga-operation.js';
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
export { describe, type DescribeAs, type Describable } from './describe/describe.js';
export { describedSteps } from './describe/description.js';
export type {
  DescribedBranch,
  DescribedChoice,
  DescribedCompensation,
  DescribedEnds,
  DescribedMessage,
  DescribedNode,
  DescribedParallel,
  DescribedRetry,
  DescribedStart,
  DescribedStep,
  SagaDescription,
  SagaOutline,
} from './describe/description.js';
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
export {
  SagaChangedError,
  SagaEndedError,
  SagaInputRefusedError,
  SagaNotCarriedError,
  SagaNotFoundError,
  SagaOperationRefusedError,
  SagaPastPivotError,
  SagaStepNotOpenError,
  SagaStepUnknownError,
} from './errors/saga-operation.errors.js';
export { SagaPlanChangedError, SagasFileInvalidError, SagasLostError, SagasNotRecordedError } from './errors/sagas-file.errors.js';
export { SagaPlansInvalidError, SagaUnknownError } from './errors/saga.errors.js';
export { SagaStatistics } from './health/saga-statistics.js';
export { MemorySagaStore } from './memory/memory-saga-store.js';
export {
  type EditOptions,
  type OperateOptions,
  SagaOperations,
  type SagaOperated,
  type SagaOperationsPorts,
  type SagaList,
  type SagaListPage,
  type SagaRef,
  type SkipOptions,
} from './operations/saga-operations.js';
export type { SagaDetails, SagaView } from './operations/saga-views.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { PostgresSagaStore } from './postgres/postgres-saga-store.js';
export { SagaWriter } from './postgres/saga.writer.js';
export { SagaPurge, type SagaPurgeStatus } from './purge/saga-purge.js';
export type { SagaPurgeOptions, SagaPurgePorts } from './purge/saga-purge.options.js';
export { ResourceHolderMissingError, ResourceRequestInvalidError, ResourceStorageMissingError } from './errors/resource.errors.js';
export { MemoryResourceStore } from './memory/memory-resource-store.js';
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
