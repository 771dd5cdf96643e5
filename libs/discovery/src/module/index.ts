export { DiscoveryModule } from './discovery.module.js';
export type { DiscoveryOptions } from './discovery-options.js';
export { DiscoverySecretMissingError, DiscoveryServiceMissingError } from './discovery.errors.js';
export { type AccessReader, RouteExplorer } from './routes/route.explorer.js';
export { DISCOVERY_OPTIONS, REGISTRAR, SERVICE_DIRECTORY } from './tokens.js';
