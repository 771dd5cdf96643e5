/** {@link RegistryOptions} as given. */
export const REGISTRY_OPTIONS = Symbol.for('@minos/discovery/registry-options');
/** The same with the defaults filled in. */
export const RESOLVED_REGISTRY_OPTIONS = Symbol.for('@minos/discovery/resolved-registry-options');
/** The {@link RegistryStore}. */
export const REGISTRY_STORE = Symbol.for('@minos/discovery/registry-store');
/** Who may speak for which service: a {@link ServiceCredentialVerifier}. */
export const REGISTRY_CREDENTIALS = Symbol.for('@minos/discovery/registry-credentials');
