export const RESOLVED_HEALTH_OPTIONS = Symbol.for('@minos/health/resolved-options');
