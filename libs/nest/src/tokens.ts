/** Options as they were given, with the defaults filled in. */
export const RESOLVED_OPTIONS = Symbol.for('@minos/nest/resolved-options');
/** Laid over the given options; `createTestingApp` puts its own here. */
export const OPTION_OVERRIDES = Symbol.for('@minos/nest/option-overrides');
/** The opened storage of the service. */
export const SERVICE_STORAGE = Symbol.for('@minos/nest/service-storage');
/** What was fixed when the module was declared: features and paths. */
export const EXTRAS = Symbol.for('@minos/nest/extras');
