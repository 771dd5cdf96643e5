import { AuthModule } from '@minos/auth/module';
import { AUTH_PROBLEM_STATUSES, AuthServer, AuthServerModule } from '@minos/auth/server';
import { DiscoveryModule } from '@minos/discovery/module';
import { BodyValidationPipe, MinosModule } from '@minos/nest';
import { DocumentsModule } from '@minos/nest/documents';
import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { OidcController } from './http/oidc.controller.js';
import { RolesController } from './http/roles.controller.js';
import { SessionsController } from './http/sessions.controller.js';
import { TokenController } from './http/token.controller.js';
import { UsersController } from './http/users.controller.js';
import { limitsOf } from './limits.js';

// #region module
@Module({
  imports: [
    MinosModule.forRoot({
      service: 'auth',
      database: { name: 'auth' },
      // Who calls is found out here, in development as well: nobody is `dev`.
      http: { statuses: AUTH_PROBLEM_STATUSES, devPrincipal: false },
      links: { OpenAPI: '/docs/openapi', 'key set': '/.well-known/jwks.json' },
      features: { messaging: false, cqrs: false },
    }),
    DiscoveryModule.forRoot(),
    DocumentsModule.forRoot({ title: 'Auth service', description: 'Accounts, sessions and keys of the shop.' }),
    AuthServerModule.forRootAsync({ useFactory: () => ({ throttle: limitsOf(process.env) }) }),
    AuthModule.forRootAsync({
      inject: [AuthServer],
      useFactory: ({ keySource, revocations, options }: AuthServer) => ({
        local: { keys: keySource, revocations },
        accessTokens: { audience: options.audience[0] ?? '' },
      }),
    }),
  ],
  controllers: [SessionsController, UsersController, RolesController, TokenController, OidcController],
  providers: [{ provide: APP_PIPE, useClass: BodyValidationPipe }],
})
export class AuthAppModule {}
// #endregion
