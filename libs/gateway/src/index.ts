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
export { LiveRouteTables, type LiveRouteTablesOptions } from './routes/live-route-tables.js';
export { resolveRoutes, type RouteOptions } from './routes/route-options.js';
export { parametersOf, upstreamPath } from './routes/upstream-path.js';
