export type {
  CallOutcome,
  ComposedBody,
  ComposedOutcome,
  ComposedPartState,
  ConnectionLimiter,
  DocumentSource,
  FetchPart,
  InstanceLease,
  InstancePicker,
  InstanceWanted,
  PartAnswer,
  PartRequest,
  PathRewrite,
  Picked,
  PickRefusal,
  LimitedCaller,
  RateDecision,
  RateLimiter,
  RetryBudget,
  Route,
  RouteConflict,
  RouteMatch,
  RouteTable,
  RouteTables,
  RunningLimiter,
  RunningPlace,
} from './contracts/index.js';
export { type BalancingOptions, type BalancingSettings, resolveBalancingOptions } from './balancing/balancing.options.js';
export { type InstanceStanding, LeastPendingPicker, type LeastPendingPickerOptions } from './balancing/least-pending-picker.js';
export { WindowedRetryBudget } from './balancing/windowed-retry-budget.js';
export { type ComposeDeadline, composeParts, type ComposePorts } from './compose/compose-parts.js';
export {
  type ComposedPart,
  type ComposedPartOptions,
  type ComposedRequest,
  type ComposedRoute,
  type ComposedRouteOptions,
  resolveComposedRoutes,
} from './compose/composed-route.options.js';
export { target, type TargetValue } from './compose/target.js';
export { type DocumentAnswer, DocumentPages } from './documents/document-pages.js';
export {
  type GatewayDocumentsOptions,
  type GatewayDocumentsSettings,
  resolveGatewayDocumentsOptions,
} from './documents/documents.options.js';
export { GatewayDocuments, type GatewayDocumentsPorts } from './documents/gateway-documents.js';
export { HttpDocumentSource, type HttpDocumentSourceOptions } from './documents/http-document-source.js';
export { CountedConnections } from './limits/counted-connections.js';
export { GatewayPolicyUnknownError } from './limits/limits.errors.js';
export {
  type RateLimitOptions,
  type RateLimitSettings,
  type RateOptions,
  type RatePolicyOptions,
  resolveRateLimitOptions,
} from './limits/rate-limit.options.js';
export { PolicyRateLimiter, type PolicyRateLimiterOptions } from './limits/policy-rate-limiter.js';
export { RunningRequests, type RunningRequestsSettings } from './limits/running-requests.js';
export { LiveRouteTables, type LiveRouteTablesOptions } from './routes/live-route-tables.js';
export { resolveRoutes, type RouteOptions } from './routes/route-options.js';
export { parametersOf, upstreamPath } from './routes/upstream-path.js';
export type { AccessEntry, AccessListener } from './access-log/access-entry.js';
export { FrontDoor, type FrontDoorPorts } from './front-door/front-door.js';
export { GatewayStatistics, type GatewaySample } from './front-door/gateway-statistics.js';
export { type FrontDoorSurroundings, type MadeFrontDoor, makeFrontDoor } from './front-door/make-front-door.js';
export { DEADLINE_HEADER } from './headers/service-headers.js';
export { type GatewayOptions, type GatewaySettings, resolveGatewayOptions } from './options/gateway-module.options.js';
export type { FrontDoorOptions } from './options/front-door.options.js';
export type { LimitOptions } from './limits/limit.options.js';
export type { TimeOptions } from './options/time.options.js';
export type { CorsOptions } from './cors/cors.options.js';
export type { CompressionOptions } from './compression/compression.options.js';
