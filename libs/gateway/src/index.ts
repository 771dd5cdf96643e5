export type {
  CallOutcome,
  ConnectionLimiter,
  InstanceLease,
  InstancePicker,
  InstanceWanted,
  PathRewrite,
  Picked,
  PickRefusal,
  RateCaller,
  RateDecision,
  RateLimiter,
  RetryBudget,
  Route,
  RouteConflict,
  RouteMatch,
  RouteTable,
  RouteTables,
} from './contracts/index.js';
export { type BalancingOptions, type BalancingSettings, resolveBalancingOptions } from './balancing/balancing.options.js';
export { type InstanceStanding, LeastPendingPicker, type LeastPendingPickerOptions } from './balancing/least-pending-picker.js';
export { WindowedRetryBudget } from './balancing/windowed-retry-budget.js';
export { CountedConnections } from './limits/counted-connections.js';
export { GatewayPolicyUnknownError } from './limits/limits.errors.js';
export {
  type LimitsOptions,
  type LimitsSettings,
  type RateOptions,
  type RatePolicyOptions,
  resolveLimitsOptions,
} from './limits/limits.options.js';
export { PolicyRateLimiter, type PolicyRateLimiterOptions } from './limits/policy-rate-limiter.js';
export { LiveRouteTables, type LiveRouteTablesOptions } from './routes/live-route-tables.js';
export { resolveRoutes, type RouteOptions } from './routes/route-options.js';
export { parametersOf, upstreamPath } from './routes/upstream-path.js';
