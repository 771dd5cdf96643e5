export type { CallOutcome, InstanceLease, InstancePicker, InstanceWanted, Picked, PickRefusal, RetryBudget } from './balancing.js';
export type { ComposedBody, ComposedOutcome, ComposedPartState, FetchPart, PartAnswer, PartRequest } from './compose.js';
export type { DocumentSource } from './documents.js';
export type { ConnectionLimiter, LimitedCaller, RateDecision, RateLimiter, RunningLimiter, RunningPlace } from './limits.js';
export type { PathRewrite, Route, RouteConflict, RouteMatch, RouteTable, RouteTables } from './routes.js';
