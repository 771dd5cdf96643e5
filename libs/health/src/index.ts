export { HealthModule } from './health.module.js';
export { HEALTH_OPTIONS } from './health.module-definition.js';
export type { HealthModuleExtras } from './health.module-definition.js';
export type { HealthOptions } from './health-options.js';
export { HealthService } from './health.service.js';
export type { HealthAnswer } from './health.service.js';
export { ManagementOnly } from './management/management-only.decorator.js';
export {
  ManagementForbiddenException,
  ManagementUnauthenticatedException,
  ManagementUnavailableException,
} from './management/management.errors.js';
export { ManagementGuard } from './management/management.guard.js';
export { Metrics } from './metrics/metrics.js';
export type { DurationMetric, GaugeReader } from './metrics/metrics.js';
