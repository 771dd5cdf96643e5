/** {@link MadeFrontDoor}: the parts of the gateway. */
export const GATEWAY_PARTS = Symbol.for('@minos/gateway/parts');
export const RESOLVED_GATEWAY_OPTIONS = Symbol.for('@minos/gateway/resolved-options');
/** The `ServiceDirectory` of `DiscoveryModule`. */
export const SERVICE_DIRECTORY = Symbol.for('@minos/discovery/directory');
/** A `ServiceTokenMinter`, or `undefined` where no authentication is configured. */
export const SERVICE_TOKEN_MINTER = Symbol.for('@minos/service-token-minter');
