export type { CallOutcome, InstanceLease, InstancePicker, InstanceWanted, Picked, PickRefusal, RetryBudget } from './balancing.js';
export type { ConnectionLimiter, RateCaller, RateDecision, RateLimiter } from './limits.js';
export type { PathRewrite, Route, RouteConflict, RouteMatch, RouteTable, RouteTables } from './routes.js';
