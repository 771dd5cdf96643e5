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
export { SagaPlansInvalidError, SagaUnknownError } from './errors/saga.errors.js';
export { SagaStatistics, type SagaMetricDefinition, type SagaMetricSample } from './health/saga-statistics.js';
export { MemorySagaStore } from './memory/memory-saga-store.js';
