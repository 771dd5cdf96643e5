import { MESSAGE_PROOFS, SERVICE_NAME, TOKEN_VERIFIER } from '@minos/common';
import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthLife } from './auth-life.service.js';
import { type AuthModuleOptions, resolveAuthModuleOptions } from './auth-module.options.js';
import { type AuthParts, makeAuthParts } from './auth-parts.js';
import { AUTH_OPTIONS, type AuthModuleExtras, ConfigurableModuleClass } from './auth.module-definition.js';
import { AuthProbe } from './auth.probe.js';
import { MinosAuthGuard } from './minos-auth.guard.js';
import { MinosJwtStrategy } from './minos-jwt.strategy.js';
import { AUTH_PARTS, SERVICE_TOKEN_MINTER } from './tokens.js';

type ForRoot = AuthModuleOptions & AuthModuleExtras;
type ForRootAsync = Parameters<typeof ConfigurableModuleClass.forRootAsync>[0];

const PROVIDERS: Provider[] = [
  {
    provide: AUTH_PARTS,
    useFactory: (options: AuthModuleOptions, service: string | undefined): AuthParts =>
      makeAuthParts(resolveAuthModuleOptions(options, { service, environment: process.env }), new Logger('Auth')),
    inject: [AUTH_OPTIONS, { token: SERVICE_NAME, optional: true }],
  },
  { provide: TOKEN_VERIFIER, useFactory: ({ verifier }: AuthParts) => verifier, inject: [AUTH_PARTS] },
  { provide: MESSAGE_PROOFS, useFactory: ({ client }: AuthParts) => client?.messageProofs, inject: [AUTH_PARTS] },
  { provide: MinosJwtStrategy, useFactory: ({ verifier }: AuthParts) => verifier && new MinosJwtStrategy(verifier), inject: [AUTH_PARTS] },
  MinosAuthGuard,
  AuthProbe,
  AuthLife,
];

/** Its key is registered when the application starts, and again where the auth service was away. */
const MINTER: Provider = {
  provide: SERVICE_TOKEN_MINTER,
  useFactory: ({ client }: AuthParts) => client?.openMinter(),
  inject: [AUTH_PARTS],
};

/**
 * Who calls, and whether they may: a guard before every route, which takes the service tokens of the gateway that are meant for this service. Stands beside
 * `MinosModule.forRoot()`. Without `AUTH_URL` everybody is let in, which production refuses with `AUTH_NOT_CONFIGURED`.
 */
@Module({})
export class AuthModule extends ConfigurableModuleClass {
  static override forRoot(options: ForRoot = {}): DynamicModule {
    const { isGlobal, guard, mints, ...rest } = options;
    return compose(super.forRoot(rest), { isGlobal, guard, mints });
  }

  static override forRootAsync(options: ForRootAsync): DynamicModule {
    return compose(super.forRootAsync(options), options);
  }
}

function compose(definition: DynamicModule, { isGlobal = true, guard = true, mints = false }: AuthModuleExtras): DynamicModule {
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...(definition.providers ?? []),
      ...PROVIDERS,
      ...(guard ? [{ provide: APP_GUARD, useExisting: MinosAuthGuard }] : []),
      ...(mints ? [MINTER] : []),
    ],
    exports: [TOKEN_VERIFIER, MESSAGE_PROOFS, MinosJwtStrategy, MinosAuthGuard, ...(mints ? [SERVICE_TOKEN_MINTER] : [])],
  };
}
