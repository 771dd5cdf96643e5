export { GatewayAuthenticationMissingError, GatewayDirectoryMissingError, GatewayMinterMissingError } from './gateway.errors.js';
export { GatewayModule } from './gateway.module.js';
export { GATEWAY_OPTIONS, type GatewayModuleExtras } from './gateway.module-definition.js';
export { GATEWAY_PARTS, SERVICE_TOKEN_MINTER } from './tokens.js';
