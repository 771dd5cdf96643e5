/** {@link DiscoveryOptions} as given. */
export const DISCOVERY_OPTIONS = Symbol.for('@minos/discovery/options');
/** The same with defaults and environment filled in. */
export const RESOLVED_DISCOVERY_OPTIONS = Symbol.for('@minos/discovery/resolved-options');
/** The {@link ServiceDirectory}. It watches nothing before somebody calls `open`. */
export const SERVICE_DIRECTORY = Symbol.for('@minos/discovery/directory');
/** The {@link Registrar} of this process; `undefined` where it does not register. */
export const REGISTRAR = Symbol.for('@minos/discovery/registrar');
