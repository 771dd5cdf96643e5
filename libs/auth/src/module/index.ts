export { AuthModule } from './auth.module.js';
export { AUTH_OPTIONS, type AuthModuleExtras } from './auth.module-definition.js';
export { AuthNotConfiguredError } from './auth-module.errors.js';
export type { AuthModuleOptions, LocalAuth } from './auth-module.options.js';
export type { CallerVerifier } from './auth-parts.js';
export { CurrentUser } from './current-user.decorator.js';
export { SERVICE_TOKEN_MINTER } from './tokens.js';
export { MinosAuthGuard } from './minos-auth.guard.js';
export { MinosJwtStrategy } from './minos-jwt.strategy.js';
