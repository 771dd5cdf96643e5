export {
  CONSISTENCY_HEADER,
  consistencyToken,
  ConsistencyTokenInvalidError,
  NotYetConsistentError,
  parseConsistencyToken,
  requireConsistency,
  type ConsistencyMark,
} from '@minos/common';
export {
  BootFailedError,
  DatabaseUrlMissingError,
  DevPrincipalInProductionError,
  MemoryStorageInProductionError,
  PackageMissingError,
} from './boot/boot.errors.js';
export { IdempotencyKeyInUseError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError } from './http/idempotency/idempotency.errors.js';
export { IdempotencyInterceptor } from './http/idempotency/idempotency.interceptor.js';
export { fastifyFrameworkErrors } from './http/problem/fastify-framework-errors.js';
export { PROBLEM_CONTENT_TYPE, type ProblemDocument, type ProblemField } from './http/problem/problem-document.js';
export { ProblemFilter } from './http/problem/problem.filter.js';
export { DEFAULT_PROBLEM_STATUSES, type ProblemStatuses } from './http/problem/problem-statuses.js';
export type { BodyShapeLimits } from './http/validation/body-shape.js';
export { BodyValidationPipe } from './http/validation/body-validation.pipe.js';
export { readPageQuery, type PageQuery } from './http/validation/page-query.js';
export { MinosModule, type MinosFeatureOptions } from './minos.module.js';
export { MINOS_OPTIONS } from './minos.module-definition.js';
export type {
  DatabaseChoice,
  HealthChoice,
  HttpChoice,
  MinosExtras,
  MinosFeatures,
  MinosOptions,
  ShutdownChoice,
} from './options/minos-options.js';
export { ShutdownState } from './shutdown/shutdown-state.js';
export { OPTION_OVERRIDES, RESOLVED_OPTIONS } from './tokens.js';
